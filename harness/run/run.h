/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Run a plan on this host's KVM, and tell listeners what was observed.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "run/host.h"
#include "run/suite.h"

struct run_options {
	bool trace;			/* every exit of every vCPU, on stderr */
	bool inspect;			/* guests may see what KVM gives the CPU */
	bool progress;			/* a progress line on stderr, a terminal */
	bool require_kvm;		/* the suite fails without a KVM */
};

/*
 * run_suite() - run the variants of @plan, which suite_plan() made from @s, and call the
 * @nr @listeners with the report of each, in the order of the plan.  Two variants per CPU
 * run in parallel, but those that measure time run alone.  Without a KVM each variant ends
 * with END_LACKS.
 */
void run_suite(const struct suite *s, const struct plan *plan, const struct host *host,
	       const struct run_options *options, const struct listener *listeners, size_t nr);

#endif
