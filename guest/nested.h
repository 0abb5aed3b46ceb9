/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest that runs a nested guest with what its CPU has, VMX or SVM.
 */
#ifndef GUEST_NESTED_H
#define GUEST_NESTED_H

#include "x86.h"

/*
 * nested_begin() - return NULL, or UNSEEN_HOST and why this vCPU cannot run a nested guest.
 * nested_end() - leave VMX operation; SVM needs nothing.
 */
const char *nested_begin(void);
void nested_end(void);

/* What ended a run of the nested guest. */
struct nested_exit {
	const char *why;		/* "returned", the exception "#PF", "shutdown" after a
					   triple fault, or "other-exit" */
	int vector;			/* of the exception, or 0 */
	u64 detail;			/* exit qualification, or EXITINFO2: the address of a #PF */
	u64 cr2, dr6;			/* the nested guest's */
};

/*
 * nested_run() - run @function in a nested guest with the state of this vCPU, at CPL0 with
 * interrupts off.
 * @exceptions: bit N: exception N exits; the nested guest takes others by this vCPU's IDT
 */
struct nested_exit nested_run(void (*function)(void), u32 exceptions);

#endif
