/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For assembly: push and pop the registers that a function must keep (System V ABI, x86-64).
 */
#ifndef GUEST_CALLEE_SAVED_H
#define GUEST_CALLEE_SAVED_H

.macro	push_callee_saved
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
.endm

.macro	pop_callee_saved
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
.endm

#endif
