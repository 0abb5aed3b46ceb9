// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-errata: boots each case on /dev/kvm and prints TAP.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tell/baseline.h"
#include "tell/coverage.h"
#include "judge/judge.h"
#include "tell/list.h"
#include "options.h"
#include "tell/record.h"
#include "suite.h"
#include "tell/tap.h"
#include "text.h"
#include "tell/traceability.h"
#include "run/worker.h"

enum status { AS_DOCUMENTED = 0, DEVIATES = 1, NOTHING_RAN = 77, SUITE_FAILED = 99 };

#define BISECT_CANNOT_TELL	125
#define PROGRESS_AFTER		1.0	/* seconds */

struct tally {
	size_t verdicts[NR_VERDICTS];
	bool by_chance;			/* a SKIP that another run may decide */
	const char *suite_failed;	/* how, if it did */
	struct record_file *record;
	struct baseline *baseline;
};

static void count(const struct result *r, void *context)
{
	struct tally *t = context;

	t->verdicts[r->verdict]++;
	t->by_chance |= r->by_chance;
	tap_result(r);
	if (t->record)
		record_result(t->record, r);
	if (t->baseline)
		baseline_result(t->baseline, r);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static size_t plan(const struct suite *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nr_cases; i++) {
		const struct suite_case *c = &s->cases[i];

		if (c->broken && suite_is_selected(c))
			n++;
		for (size_t v = 0; !c->broken && v < c->file.nr_variants; v++) {
			if (c->selected[v])
				n += judge_count(&c->expected, c->file.variants[v].name);
		}
	}
	return n;
}

/* A line that the next one overwrites, for a person who waits. */
static void show_progress(double since, const char *name, const char *variant)
{
	if (isatty(STDERR_FILENO) && now() - since > PROGRESS_AFTER)
		fprintf(stderr, "\r\033[K%s.%s ...\r", name, variant);
}

/* Whether it is us who failed, and not the guest or KVM. */
static bool has_failed(const struct report *report)
{
	return report->end == END_SETUP || report->end == END_NONE;
}

/* How many times a CPU's time an emulated one may take. */
static unsigned int slower(const struct host *host)
{
	const char *emulator = facts_get(&host->facts, "emulator");

	if (!emulator)
		return 1;
	return strcmp(emulator, "tcg") ? 30 : 10;
}

static void run_variant(const struct suite_case *c, const struct vm_note *variant,
			const struct host *host, struct tally *t)
{
	const struct worker_options worker = {
		.trace = options.trace,
		.slower = slower(host),
	};
	struct report *report, none = { .end = END_LACKS };

	if (host->kvm < 0) {
		snprintf(none.why, sizeof(none.why), "%s", host->no_kvm);
		judge(c->file.name, variant->name, &c->expected, &host->facts, &none, count, t);
		return;
	}
	report = worker_run(host, &c->file, variant, &worker);
	if (!report) {
		none.end = END_SETUP;
		snprintf(none.why, sizeof(none.why), "mmap: %s", strerror(errno));
	}
	if (has_failed(report ? report : &none))
		t->suite_failed = "a VM could not be set up, or its worker died";
	judge(c->file.name, variant->name, &c->expected, &host->facts, report ? report : &none, count, t);
	if (report)
		report_free(report);
}

static void run_suite(const struct suite *s, const struct host *host, double start,
		      struct tally *t)
{
	tap_begin(plan(s), &host->facts);
	if (t->baseline)
		baseline_begin(t->baseline);
	for (size_t i = 0; i < s->nr_cases; i++) {
		const struct suite_case *c = &s->cases[i];

		if (c->broken && suite_is_selected(c)) {
			char *id = text("%s.description", c->file.name);

			tap_broken(id, c->broken);
			free(id);
			t->suite_failed = "a case could not be read";
			continue;
		}
		for (size_t v = 0; !c->broken && v < c->file.nr_variants; v++) {
			if (!c->selected[v])
				continue;
			show_progress(start, c->file.name, c->file.variants[v].name);
			run_variant(c, &c->file.variants[v], host, t);
		}
		if (t->baseline)
			baseline_end_case(t->baseline);
	}
	if (worker_reap_all())
		printf("# a worker process is stuck in the kernel, and does not die\n");
}

static int exit_status(const struct tally *t)
{
	const size_t *n = t->verdicts;

	if (options.bisect) {
		/* What we failed at looks like deviations: it says nothing of the kernel. */
		if (t->suite_failed)
			return BISECT_CANNOT_TELL;
		if (n[VERDICT_DEVIATION] || n[VERDICT_KNOWN])
			return DEVIATES;
		if (n[VERDICT_MISSING] || t->by_chance || !(n[VERDICT_OK] + n[VERDICT_FIXED]))
			return BISECT_CANNOT_TELL;
		return AS_DOCUMENTED;
	}
	if (t->suite_failed)
		return SUITE_FAILED;
	if (n[VERDICT_DEVIATION] || n[VERDICT_MISSING] || n[VERDICT_FIXED])
		return DEVIATES;
	return n[VERDICT_OK] + n[VERDICT_KNOWN] ? AS_DOCUMENTED : NOTHING_RAN;
}

static int fail(char *error)
{
	fprintf(stderr, "kvm-errata: %s\n", error);
	free(error);
	return options.bisect ? BISECT_CANNOT_TELL : SUITE_FAILED;
}

static char *select_cases(struct suite *s, int argc, char **argv)
{
	char *error = suite_read(s, options.cases, options.expected);

	if (!error && !argc)
		suite_select_all(s);
	for (int i = 0; i < argc && !error; i++)
		error = suite_select(s, argv[i], options.expected);
	return error ? error : suite_check(s);
}

static bool is_lost(FILE *f)
{
	return fflush(f) || ferror(f);
}

static int run(const struct suite *s, const struct host *host)
{
	double start = now();
	struct tally t = {};
	char *error = NULL;
	int status;

	if (host->broken)
		return fail(text("cannot tell where this runs: %s", host->broken));
	if (options.record) {
		t.record = record_open(options.record, &host->facts, &error);
		if (!t.record)
			return fail(error);
	}
	if (options.baseline) {
		t.baseline = baseline_open(options.baseline, &error);
		if (!t.baseline)
			return fail(error);
	}
	if (host->kvm < 0 && options.require_kvm)
		t.suite_failed = "there is no KVM, and --require-kvm";
	run_suite(s, host, start, &t);
	if (t.baseline)
		baseline_close(t.baseline);
	if (is_lost(stdout))
		t.suite_failed = "the results could not be written";
	status = exit_status(&t);
	if (t.record)
		error = record_close(t.record, status);
	if (error)
		t.suite_failed = "the record could not be written";
	tap_end(t.suite_failed, now() - start);
	if (error)
		return fail(error);
	if (options.automake && status != SUITE_FAILED)
		return 0;
	return status;
}

/* What says nothing of a case that it cannot read must not look complete. */
static int read_about(const struct suite *s)
{
	int status = AS_DOCUMENTED;

	if (options.coverage)
		status = coverage(s, options.coverage);
	if (options.list)
		list(s);
	if (options.traceability)
		traceability(s);
	for (size_t i = 0; i < s->nr_cases; i++) {
		if (s->cases[i].broken && (!options.list || suite_is_selected(&s->cases[i])))
			status = fail(text("%s", s->cases[i].broken));
	}
	return status;
}

static int act(const struct suite *s, const struct host *host)
{
	int status = options.no_run ? read_about(s) : run(s, host);

	return is_lost(stdout) ? fail(text("stdout: what was said is lost")) : status;
}

int main(int argc, char **argv)
{
	struct host host;
	struct suite suite = {};
	char *error;
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	worker_signals();
	host_read(&host);
	error = options_parse(argc, argv, &host.facts);
	if (!error)
		error = select_cases(&suite, argc - optind, argv + optind);
	status = error ? fail(error) : act(&suite, &host);
	suite_free(&suite);
	host_free(&host);
	return status;
}
