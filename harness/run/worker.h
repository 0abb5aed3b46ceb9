/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One process per variant.  A failure in it, such as a KVM_RUN that never returns
 * or a harness bug, costs at most its time limit.  Teardown of the VM, which is
 * slow, overlaps with the next variant.
 */
#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "record/report.h"
#include "run/suite.h"

/*
 * worker_signals() - set up the signals that workers and their parent need,
 * whatever this process has inherited.
 */
void worker_signals(void);

struct worker;

/*
 * worker_start() - run @variant of @c in a process of its own.
 * @hurried: with a short time limit, because other variants have hung
 */
struct worker *worker_start(const struct host *host, const struct case_file *c,
			    const struct vm_note *variant, const struct run_options *options,
			    bool hurried);

/*
 * worker_wait_for_any() - wait until one of the @nr @workers has ended, or the first is so
 * late that worker_wait() gives it up; return its index.
 */
size_t worker_wait_for_any(struct worker *const *workers, size_t nr);

/*
 * worker_wait() - wait for a worker to end, or kill it some time after its time limit.
 *
 * Return the report, in memory that the worker shares: report_free() it.
 */
struct report *worker_wait(struct worker *w);
void report_free(struct report *report);

/*
 * worker_reap_all() - wait until every worker has exited.
 *
 * Return how many have not, because they are stuck in the kernel.
 */
unsigned int worker_reap_all(void);

/*
 * worker_interruptible() - let SIGINT, SIGTERM and SIGHUP end all waits for workers; a second
 * SIGINT or SIGTERM kills this process.
 * worker_is_interrupted() - return whether such a signal has come.
 */
void worker_interruptible(void);
bool worker_is_interrupted(void);

#endif
