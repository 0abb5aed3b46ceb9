/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One process a variant.  Whatever happens in it - a vCPU that KVM never gives
 * back, a harness bug - costs its time limit once, and its slow part, tearing
 * the VM down, overlaps with the next variant.
 */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "record/report.h"
#include "run/run.h"

/*
 * worker_signals() - what workers and their parent need of signals, whatever
 * this process has inherited.
 */
void worker_signals(void);

struct worker;

/* worker_start() - run @variant of @c in a process of its own. */
struct worker *worker_start(const struct host *host, const struct case_file *c,
			    const struct vm_note *variant, const struct run_options *options);

/*
 * worker_wait_for_any() - wait until one of the @nr @workers has ended, or the first one
 * is so late that worker_wait() gives it up; returns which.
 */
size_t worker_wait_for_any(struct worker *const *workers, size_t nr);

/*
 * worker_wait() - wait for it to end, at most for its time limit and some patience.
 *
 * Returns the report, in memory that the worker shares: report_free() it.
 */
struct report *worker_wait(struct worker *w);
void report_free(struct report *report);

/*
 * worker_reap_all() - wait until every worker is gone.
 *
 * Returns how many are not, because the kernel does not give them back.
 */
unsigned int worker_reap_all(void);

/*
 * worker_interruptible() - SIGINT, SIGTERM and SIGHUP end all waits for workers, once;
 * worker_is_interrupted() - whether one has come.
 */
void worker_interruptible(void);
bool worker_is_interrupted(void);

#endif
