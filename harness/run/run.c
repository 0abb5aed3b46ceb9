// SPDX-License-Identifier: GPL-2.0-only
#include "run/suite.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/vm.h"
#include "run/dump.h"
#include "run/worker.h"
#include "text.h"

#define PROGRESS_AFTER_MS	1000
#define MANY_HUNG	3		/* after so many variants, the others get less time */
#define MAX_PARALLEL		64

/* A variant of the plan. */
struct variant {
	const char *name;
	const struct case_file *c;
	const struct vm_note *note;
	struct report *report;		/* once it has ended */
};

struct queue {
	struct variant *variants;	/* in the order of the plan */
	size_t nr, told, ended, hung;	/* told: to the listeners, in this order */
	unsigned long start_ms;
	struct {
		struct variant *variants[MAX_PARALLEL];
		struct worker *workers[MAX_PARALLEL];
		size_t nr, room;
	} running;
	const struct host *host;
	const struct run_options *options;
	const struct listener *listeners;
	size_t nr_listeners;
};

#define TELL(q, what, ...)	SAY((q)->listeners, (q)->nr_listeners, what, __VA_ARGS__)

/*
 * Return how many workers may run in parallel.  Two per CPU: a VM spends about half its time
 * waiting.  One on a machine with one CPU, which they would only share; one with --trace, so
 * that traces don't mix.
 */
static size_t room(const struct run_options *options)
{
	cpu_set_t cpus;
	size_t n;

	if (options->trace || sched_getaffinity(0, sizeof(cpus), &cpus) || CPU_COUNT(&cpus) == 1)
		return 1;
	n = 2 * CPU_COUNT(&cpus);
	return n < MAX_PARALLEL ? n : MAX_PARALLEL;
}

static void tell_next(struct queue *q, const struct report *report)
{
	TELL(q, ended, q->variants[q->told].name, report);
	if (++q->told < q->nr)
		TELL(q, started, q->variants[q->told].name);
}

static void tell_ended(struct queue *q)
{
	while (q->told < q->nr && q->variants[q->told].report) {
		struct variant *v = &q->variants[q->told];

		tell_next(q, v->report);
		report_free(v->report);
		v->report = NULL;
	}
}

static bool has_hung(const struct report *r)
{
	return r->end == END_TIMEOUT || r->end == END_STUCK;
}

static void end_one(struct queue *q)
{
	size_t n = worker_wait_for_any(q->running.workers, q->running.nr), after = n + 1;
	struct variant *v = q->running.variants[n];

	v->report = worker_wait(q->running.workers[n]);
	memmove(&q->running.workers[n], &q->running.workers[after],
		(q->running.nr - after) * sizeof(q->running.workers[0]));
	memmove(&q->running.variants[n], &q->running.variants[after],
		(q->running.nr - after) * sizeof(q->running.variants[0]));
	q->running.nr--;
	q->ended++;
	q->hung += has_hung(v->report);
	/* Don't report workers that the interrupt killed. */
	if (worker_is_interrupted())
		return;
	tell_ended(q);
	/* The next progress line overwrites this one. */
	if (q->options->progress && now_ms() - q->start_ms > PROGRESS_AFTER_MS)
		fprintf(stderr, "\r\033[K%zu of %zu ...\r", q->ended, q->nr);
}

static void start(struct queue *q, struct variant *v)
{
	if (q->running.nr == q->running.room)
		end_one(q);
	q->running.variants[q->running.nr] = v;
	q->running.workers[q->running.nr++] = worker_start(q->host, v->c, v->note, q->options,
							   q->hung >= MANY_HUNG);
}

static void end_all(struct queue *q)
{
	while (q->running.nr)
		end_one(q);
}

/*
 * Run variants in parallel, but alone if they measure time.  Start them in the plan's order, so
 * that a torn record has every variant before the first that had not ended.
 */
static void run_all(struct queue *q)
{
	for (size_t i = 0; i < q->nr && !worker_is_interrupted(); i++) {
		bool alone = q->variants[i].note->alone;

		if (alone) {
			end_all(q);
			worker_reap_all();	/* wait until their VMs are torn down */
		}
		start(q, &q->variants[i]);
		if (alone)
			end_all(q);
	}
	end_all(q);
}

static void skip_all(struct queue *q, const char *why)
{
	struct report none = { .end = END_LACKS };

	snprintf(none.why, sizeof(none.why), "%s", why);
	while (q->told < q->nr)
		tell_next(q, &none);
}

/* List the variants of @plan that can be run. */
static void list_variants(struct queue *q, const struct suite *s, const struct plan *plan)
{
	size_t n = 0;

	q->variants = xrealloc(NULL, (plan->nr + 1) * sizeof(*q->variants));
	for (size_t i = 0; i < s->nr_cases; i++) {
		const struct suite_case *c = &s->cases[i];

		if (c->broken) {
			n += suite_is_selected(c);
			continue;
		}
		for (size_t v = 0; v < c->file.nr_variants; v++) {
			if (c->selected[v])
				q->variants[q->nr++] = (struct variant) {
					plan->list[n++].name, &c->file, &c->file.variants[v], NULL,
				};
		}
	}
}

void run_suite(const struct suite *s, const struct plan *plan, const struct host *host,
	       const struct run_options *options, const struct listener *listeners, size_t nr)
{
	struct queue q = {
		.running.room = room(options), .host = host, .options = options,
		.start_ms = now_ms(), .listeners = listeners, .nr_listeners = nr,
	};
	struct completion done = {};

	if (options->inspect)
		dump_guard(host);
	list_variants(&q, s, plan);
	TELL(&q, begin, &host->facts, plan);
	if (q.nr)
		TELL(&q, started, q.variants[0].name);
	if (host->kvm < 0)
		skip_all(&q, host->no_kvm);
	else
		run_all(&q);
	for (size_t i = 0; i < q.nr; i++) {
		if (q.variants[i].report)
			report_free(q.variants[i].report);
	}
	free(q.variants);
	if (host->kvm < 0 && options->require_kvm)
		done.failed = "there is no KVM, and --require-kvm";
	if (worker_is_interrupted()) {
		done.failed = "interrupted";
		done.torn = true;
	}
	done.stuck = worker_reap_all();
	if (!done.stuck)
		dump_unguard();
	done.ms = now_ms() - q.start_ms;
	TELL(&q, complete, &done);
}
