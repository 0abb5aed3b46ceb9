// SPDX-License-Identifier: GPL-2.0-only
#include "run/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "record/hypervisor.h"
#include "run/worker.h"

#define PROGRESS_AFTER_MS	1000

static unsigned long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* How many times a CPU's time an emulated one may take. */
static unsigned int slower(const struct host *host)
{
	if (!hypervisor_emulates(&host->facts))
		return 1;
	return strcmp(facts_get(&host->facts, "hypervisor"), "tcg") ? 30 : 10;
}

static void run_variant(const struct case_file *c, const struct vm_note *variant, const char *name,
			const struct host *host, bool trace, const struct listener *l)
{
	const struct worker_options worker = { .trace = trace, .slower = slower(host) };
	struct report *report = NULL, none = { .end = END_LACKS };
	unsigned long start = now_ms();

	l->started(l->context, name);
	if (host->kvm < 0) {
		snprintf(none.why, sizeof(none.why), "%s", host->no_kvm);
	} else {
		report = worker_run(host, c, variant, &worker);
		none.end = END_SETUP;
		if (!report)
			snprintf(none.why, sizeof(none.why), "mmap: %s", strerror(errno));
	}
	if (report)
		report->ms = now_ms() - start;
	l->ended(l->context, name, report ? report : &none);
	if (report)
		report_free(report);
}

void run_suite(const struct suite *s, const struct plan *plan, const struct host *host,
	       const struct run_options *options, const struct listener *l)
{
	struct completion done = {};
	unsigned long start = now_ms();
	size_t n = 0;

	l->begin(l->context, &host->facts, plan);
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
			run_variant(&c->file, &c->file.variants[v], plan->list[n++].name, host,
				    options->trace, l);
		}
	}
	if (host->kvm < 0 && options->require_kvm)
		done.failed = "there is no KVM, and --require-kvm";
	done.stuck = worker_reap_all();
	done.ms = now_ms() - start;
	l->complete(l->context, &done);
}
