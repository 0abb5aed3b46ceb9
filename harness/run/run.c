// SPDX-License-Identifier: GPL-2.0-only
#include "run/run.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "record/hypervisor.h"
#include "run/clock.h"
#include "run/dump.h"
#include "run/worker.h"

#define PROGRESS_AFTER_MS	1000
#define MAX_BESIDE		64

/* The variants that run beside each other, in the order of the plan. */
struct queue {
	struct {
		const char *name;
		struct worker *worker;
	} running[MAX_BESIDE];
	size_t nr, room;
	const struct listener *listeners;
	size_t nr_listeners;
};

#define TELL(q, what, ...)	SAY((q)->listeners, (q)->nr_listeners, what, __VA_ARGS__)

/* One a CPU; and one alone, whose trace can be read. */
static size_t room(const struct run_options *options)
{
	cpu_set_t cpus;
	size_t n;

	if (options->trace || sched_getaffinity(0, sizeof(cpus), &cpus))
		return 1;
	n = CPU_COUNT(&cpus);
	return n < MAX_BESIDE ? n : MAX_BESIDE;
}

/* How many times a CPU's time an emulated one may take. */
static unsigned int slower(const struct host *host)
{
	if (!hypervisor_emulates(&host->facts))
		return 1;
	return strcmp(facts_get(&host->facts, "hypervisor"), "tcg") ? 30 : 10;
}

/* What is said of variants is in their order: only the first one has been begun. */
static void begin_first(const struct queue *q)
{
	if (q->nr)
		TELL(q, started, q->running[0].name);
}

static void end_first(struct queue *q)
{
	struct report *report = worker_wait(q->running[0].worker);
	const char *name = q->running[0].name;

	q->nr--;
	for (size_t i = 0; i < q->nr; i++)
		q->running[i] = q->running[i + 1];
	TELL(q, ended, name, report);
	report_free(report);
	begin_first(q);
}

static void run_variant(struct queue *q, const struct case_file *c, const struct vm_note *variant,
			const char *name, const struct host *host, const struct run_options *options)
{
	const struct worker_options worker = {
		.trace = options->trace, .inspect = options->inspect, .slower = slower(host),
	};

	while (q->nr && (variant->alone || q->nr == q->room))
		end_first(q);
	q->running[q->nr].name = name;
	q->running[q->nr++].worker = worker_start(host, c, variant, &worker);
	if (q->nr == 1)
		begin_first(q);
	if (variant->alone)
		end_first(q);
}

static void skip_variant(const struct queue *q, const char *name, const char *why)
{
	struct report none = { .end = END_LACKS };

	snprintf(none.why, sizeof(none.why), "%s", why);
	TELL(q, started, name);
	TELL(q, ended, name, &none);
}

void run_suite(const struct suite *s, const struct plan *plan, const struct host *host,
	       const struct run_options *options, const struct listener *listeners, size_t nr)
{
	struct queue q = {
		.room = room(options), .listeners = listeners, .nr_listeners = nr,
	};
	struct completion done = {};
	unsigned long start = now_ms();
	size_t n = 0;

	if (options->inspect)
		dump_guard(host);
	TELL(&q, begin, &host->facts, plan);
	for (size_t i = 0; i < s->nr_cases; i++) {
		const struct suite_case *c = &s->cases[i];

		if (c->broken) {
			n += suite_is_selected(c);
			continue;
		}
		for (size_t v = 0; v < c->file.nr_variants; v++) {
			if (!c->selected[v])
				continue;
			/* The next one overwrites it. */
			if (options->progress && now_ms() - start > PROGRESS_AFTER_MS)
				fprintf(stderr, "\r\033[K%s ...\r", plan->list[n].name);
			if (host->kvm < 0)
				skip_variant(&q, plan->list[n++].name, host->no_kvm);
			else
				run_variant(&q, &c->file, &c->file.variants[v], plan->list[n++].name,
					    host, options);
		}
	}
	while (q.nr)
		end_first(&q);
	if (host->kvm < 0 && options->require_kvm)
		done.failed = "there is no KVM, and --require-kvm";
	done.stuck = worker_reap_all();
	if (!done.stuck)
		dump_unguard();
	done.ms = now_ms() - start;
	TELL(&q, complete, &done);
}
