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

#include "baseline.h"
#include "coverage.h"
#include "judge.h"
#include "list.h"
#include "platform.h"
#include "record.h"
#include "suite.h"
#include "tap.h"
#include "text.h"
#include "traceability.h"
#include "worker.h"

enum status { AS_DOCUMENTED = 0, DEVIATES = 1, NOTHING_RAN = 77, SUITE_FAILED = 99 };

#define BISECT_CANNOT_TELL	125
#define EMULATOR_SLOWER		30	/* time limits, where a CPU is emulated */
#define PROGRESS_AFTER		1.0	/* seconds */

static struct {
	const char *cases, *expected, *record, *coverage, *baseline;
	bool list, traceability, require_kvm, bisect, automake, trace;
	bool no_run;			/* of what is there, with --list and its like */
} options = { .cases = CASES_DIR, .expected = EXPECTED_DIR };

static const char usage[] =
	"usage: kvm-errata [OPTION]... [CASE | CASE.VARIANT | PAYLOAD]...\n"
	"  --list            cases, variants, what they need and what they document\n"
	"  --coverage RST    which checks hold each statement of a document, errata.rst\n"
	"  --traceability    all statements with their checks, as doc/traceability.md\n"
	"  --record FILE     also write every fact, observation and verdict as JSON\n"
	"  --baseline FILE   what another record shows, bare metal's, beside what KVM shows\n"
	"  --require-kvm     no KVM is an error, not a skip\n"
	"  --bisect          exit status 0, 1, or 125 for whatever is neither\n"
	"  --trace           every exit of every vCPU, on stderr\n"
	"  --cases DIR       payloads, DIR/*.elf\n"
	"  --expected DIR    expectations, DIR/CASE\n"
	"  --fact KEY=VALUE  state a fact of the platform, as the lab does\n"
	"  --automake        exit status 0 whenever TAP says it all\n"
	"Exit status: 0 as documented, 1 deviation, 77 nothing could run, 99 the suite failed.\n";

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

static void run_variant(const struct suite_case *c, const struct vm_note *variant,
			const struct platform *p, struct tally *t)
{
	const struct worker_options worker = {
		.trace = options.trace,
		.slower = platform_get(p, "emulator") ? EMULATOR_SLOWER : 1,
	};
	struct report *report, none = { .end = END_LACKS };

	if (p->kvm < 0) {
		snprintf(none.why, sizeof(none.why), "%s", p->no_kvm);
		judge(&c->file, variant->name, &c->expected, p, &none, count, t);
		return;
	}
	report = worker_run(p, &c->file, variant, &worker);
	if (!report) {
		none.end = END_SETUP;
		snprintf(none.why, sizeof(none.why), "mmap: %s", strerror(errno));
	}
	if (has_failed(report ? report : &none))
		t->suite_failed = "a VM could not be set up, or its worker died";
	judge(&c->file, variant->name, &c->expected, p, report ? report : &none, count, t);
	if (report)
		report_free(report);
}

static void run_suite(const struct suite *s, const struct platform *p, double start,
		      struct tally *t)
{
	tap_begin(plan(s), p);
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
			run_variant(c, &c->file.variants[v], p, t);
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

static char *state_fact(struct platform *p, const char *fact)
{
	char *key = text("%.*s", (int)strcspn(fact, "="), fact), *error;
	const char *value = fact + strlen(key) + 1;

	if (!strchr(fact, '=') || !platform_knows(key)) {
		error = text("--fact %s: no such fact", fact);
	} else {
		char *wrong = platform_check(key, value);

		error = wrong ? text("--fact %s: %s", fact, wrong) : NULL;
		free(wrong);
	}
	if (!error)
		platform_set(p, key, value);
	free(key);
	return error;
}

static char *check_options(void)
{
	if (!options.bisect)
		return NULL;
	if (options.automake)
		return text("--bisect and --automake want different exit statuses: one of them");
	return options.no_run ? text("--bisect is for a run: there will be none") : NULL;
}

static char *parse_options(int argc, char **argv, struct platform *p)
{
	enum { LIST = 1, COVERAGE, TRACEABILITY, RECORD, BASELINE, REQUIRE_KVM, BISECT, TRACE, CASES, EXPECTED, FACT, AUTOMAKE, HELP };
	static const struct option known[] = {
		{ "list", no_argument, NULL, LIST },
		{ "coverage", required_argument, NULL, COVERAGE },
		{ "traceability", no_argument, NULL, TRACEABILITY },
		{ "record", required_argument, NULL, RECORD },
		{ "baseline", required_argument, NULL, BASELINE },
		{ "require-kvm", no_argument, NULL, REQUIRE_KVM },
		{ "bisect", no_argument, NULL, BISECT },
		{ "trace", no_argument, NULL, TRACE },
		{ "cases", required_argument, NULL, CASES },
		{ "expected", required_argument, NULL, EXPECTED },
		{ "fact", required_argument, NULL, FACT },
		{ "automake", no_argument, NULL, AUTOMAKE },
		{ "help", no_argument, NULL, HELP },
		{}
	};
	char *error = NULL;

	while (!error) {
		switch (getopt_long(argc, argv, "", known, NULL)) {
		case -1:
			return check_options();
		case LIST:
			options.list = options.no_run = true;
			break;
		case COVERAGE:
			options.coverage = optarg;
			options.no_run = true;
			break;
		case TRACEABILITY:
			options.traceability = options.no_run = true;
			break;
		case RECORD:
			options.record = optarg;
			break;
		case BASELINE:
			options.baseline = optarg;
			break;
		case REQUIRE_KVM:
			options.require_kvm = true;
			break;
		case BISECT:
			options.bisect = true;
			break;
		case TRACE:
			options.trace = true;
			break;
		case CASES:
			options.cases = optarg;
			break;
		case EXPECTED:
			options.expected = optarg;
			break;
		case FACT:
			error = state_fact(p, optarg);
			break;
		case AUTOMAKE:
			options.automake = true;
			break;
		case HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			return text("see kvm-errata --help");
		}
	}
	return error;
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

static int run(const struct suite *s, const struct platform *p)
{
	double start = now();
	struct tally t = {};
	char *error = NULL;
	int status;

	if (p->broken)
		return fail(text("cannot tell where this runs: %s", p->broken));
	if (options.record) {
		t.record = record_open(options.record, p, &error);
		if (!t.record)
			return fail(error);
	}
	if (options.baseline) {
		t.baseline = baseline_open(options.baseline, &error);
		if (!t.baseline)
			return fail(error);
	}
	if (p->kvm < 0 && options.require_kvm)
		t.suite_failed = "there is no KVM, and --require-kvm";
	run_suite(s, p, start, &t);
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
		if (s->cases[i].broken && suite_is_selected(&s->cases[i]))
			status = fail(text("%s", s->cases[i].broken));
	}
	return status;
}

static int act(const struct suite *s, const struct platform *p)
{
	int status = options.no_run ? read_about(s) : run(s, p);

	return is_lost(stdout) ? fail(text("stdout: what was said is lost")) : status;
}

int main(int argc, char **argv)
{
	struct platform platform;
	struct suite suite = {};
	char *error;
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	worker_signals();
	platform_read(&platform);
	error = parse_options(argc, argv, &platform);
	if (!error)
		error = select_cases(&suite, argc - optind, argv + optind);
	status = error ? fail(error) : act(&suite, &platform);
	suite_free(&suite);
	platform_free(&platform);
	return status;
}
