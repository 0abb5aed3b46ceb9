/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs what is planned, on this host's KVM, and says what was seen.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "run/host.h"
#include "run/suite.h"

struct run_options {
	bool trace;			/* every exit of every vCPU, on stderr */
	bool inspect;			/* guests may see what KVM gives the CPU */
	bool progress;			/* a line on a terminal, for a person who waits */
	bool require_kvm;		/* without one, the suite has failed */
};

/*
 * run_suite() - run the variants of @plan, which suite_plan() made of @s, beside each
 * other, two a CPU, but alone those that measure time; and say to the @nr
 * @listeners, in the order of the plan, what each left behind.  Without a KVM each
 * ends with END_LACKS.
 */
void run_suite(const struct suite *s, const struct plan *plan, const struct host *host,
	       const struct run_options *options, const struct listener *listeners, size_t nr);

#endif
