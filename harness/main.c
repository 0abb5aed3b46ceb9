// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-errata: boots each case on /dev/kvm and prints TAP.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "judge/evidence.h"
#include "match.h"
#include "options.h"
#include "record/keep.h"
#include "run/run.h"
#include "run/worker.h"
#include "tell/baseline.h"
#include "tell/compare.h"
#include "tell/coverage.h"
#include "tell/format.h"
#include "tell/list.h"
#include "tell/page.h"
#include "tell/summary.h"
#include "tell/tap.h"
#include "tell/traceability.h"
#include "tell/verdict.h"
#include "text.h"

static struct expectations expectations;
static struct evidence *evidence;
static struct suite suite;
static struct host host;

/* Returns the status of an error, which it frees; and of none. */
static int fail(char *error)
{
	if (!error)
		return AS_DOCUMENTED;
	fprintf(stderr, "kvm-errata: %s\n", error);
	free(error);
	return options.bisect ? BISECT_CANNOT_TELL : SUITE_FAILED;
}

/* What only runs has no expectations. */
static char *read_cases(void)
{
	char *error = suite_read(&suite, options.cases);

	if (!error && options.command != RUN)
		error = match(&suite, &expectations, options.cases);
	return error;
}

static char *select_cases(void)
{
	char *error = read_cases();

	if (!error && !options.nr_operands)
		suite_select_all(&suite);
	for (int i = 0; i < options.nr_operands && !error; i++) {
		size_t known = suite.nr_cases;

		error = suite_select(&suite, options.operands[i]);
		if (!error && suite.nr_cases > known && options.command != RUN)
			match_case(&suite.cases[known], &expectations);
	}
	return error;
}

static char *read_host(void)
{
	host_read(&host);
	for (size_t i = 0; i < options.facts.nr; i++)
		facts_set(&host.facts, options.facts.list[i].key, options.facts.list[i].value);
	return host.broken ? text("cannot tell where this runs: %s", host.broken) : NULL;
}

/* Run what is selected, for @judge if there is one, and keep the record. */
static int run(const struct listener *judge)
{
	const struct run_options run_options = {
		.trace = options.trace, .inspect = options.inspect, .progress = isatty(STDERR_FILENO),
		.require_kvm = options.require_kvm,
	};
	struct listener listeners[2];
	struct keep *keep = NULL;
	struct plan plan = {};
	char *error = read_host();
	size_t nr = 0;

	worker_signals();
	if (!error)
		error = select_cases();
	if (!error)
		error = suite_plan(&suite, &plan);
	if (!error && options.record)
		keep = keep_open(options.record, &error);
	if (keep)
		listeners[nr++] = keep_listener(keep);
	if (judge)
		listeners[nr++] = *judge;
	if (!error)
		run_suite(&suite, &plan, &host, &run_options, listeners, nr);
	if (keep)
		error = keep_close(keep);
	plan_free(&plan);
	return fail(error);
}

/* What judges for people, or for one of their tools. */
static struct {
	struct session session;
	struct result_sink sinks[3];
	struct baseline *baseline;	/* if one is wished */
	struct summary *summary;
} people;

static char *open_session(void)
{
	struct session *s = &people.session;
	char *error = NULL;

	*s = (struct session) { .expectations = &expectations, .sinks = people.sinks };
	if (options.format) {
		kcidb_set_build(options.build);
		people.sinks[s->nr_sinks++] = format_sink(options.format);
		return NULL;
	}
	if (options.baseline)
		people.baseline = baseline_open(options.baseline, &expectations, &error);
	if (people.baseline)
		people.sinks[s->nr_sinks++] = baseline_sink(people.baseline);
	people.summary = summary_new(evidence);
	people.sinks[s->nr_sinks++] = summary_sink(people.summary);
	people.sinks[s->nr_sinks++] = tap_sink(evidence);
	return error;
}

static void close_session(void)
{
	if (people.baseline)
		baseline_close(people.baseline);
	if (people.summary)
		summary_free(people.summary);
}

static int judged_status(void)
{
	enum status status = session_status(&people.session.tally, options.bisect);

	return options.automake && status != SUITE_FAILED ? AS_DOCUMENTED : status;
}

static int run_only(void)
{
	if (!options.record)
		options.record = "/dev/stdout";
	return run(NULL);
}

static int run_and_judge(void)
{
	int status = fail(open_session());
	const struct listener judge = session_listener(&people.session);

	if (!status)
		status = run(&judge);
	if (!status && options.record)
		fprintf(stderr, "kvm-errata: the record is %s\n", options.record);
	if (!status)
		status = judged_status();
	close_session();
	return status;
}

static int judge_records(void)
{
	int worst = fail(open_session());

	for (int i = 0; i < options.nr_operands && worst < SUITE_FAILED; i++) {
		int status = fail(session_read_file(&people.session, options.operands[i]));

		if (!status)
			status = judged_status();
		if (status > worst)
			worst = status;
	}
	close_session();
	return worst;
}

static int compare_records(void)
{
	char *error;
	bool alike = compare(options.operands, options.nr_operands, &expectations, options.all,
			     options.markdown, &error);

	return error ? fail(error) : alike ? AS_DOCUMENTED : DEVIATES;
}

static int make_page(void)
{
	return fail(page(options.operands, options.nr_operands, &expectations, options.sources,
			 options.output));
}

static int judge_check(void)
{
	return fail(verdict(options.operands[0], &expectations, options.check, options.good));
}

/* What says nothing of a case that it cannot read must not look complete. */
static int name_broken(int status)
{
	for (size_t i = 0; i < suite.nr_cases; i++) {
		if (suite.cases[i].broken && suite_is_selected(&suite.cases[i]))
			status = fail(text("%s", suite.cases[i].broken));
	}
	return status;
}

static int list_cases(void)
{
	char *error = select_cases();

	if (error)
		return fail(error);
	list(&suite, &expectations);
	return name_broken(AS_DOCUMENTED);
}

/* Of all expectations, and of cases only that they match. */
static int of_expectations(void)
{
	char *error = read_cases();
	int status = AS_DOCUMENTED;

	if (error)
		return fail(error);
	suite_select_all(&suite);
	if (options.command == COVERAGE)
		status = coverage(&expectations, options.operands[0]);
	else
		traceability(&expectations, evidence);
	return name_broken(status);
}

static int act(void)
{
	static int (*const commands[NR_COMMANDS])(void) = {
		[RUN_AND_JUDGE] = run_and_judge, [RUN] = run_only, [JUDGE] = judge_records,
		[COMPARE] = compare_records, [VERDICT] = judge_check, [LIST] = list_cases,
		[COVERAGE] = of_expectations, [TRACEABILITY] = of_expectations,
		[PAGE] = make_page,
	};

	return commands[options.command]();
}

/* jansson's: no value is ever lost in silence. */
static void *allocate(size_t size)
{
	return xrealloc(NULL, size);
}

int main(int argc, char **argv)
{
	char *error;
	int status;

	json_set_alloc_funcs(allocate, free);
	setvbuf(stdout, NULL, _IOLBF, 0);
	host.kvm = -1;
	error = options_parse(argc, argv);
	if (!error && options.command != RUN)
		error = expectations_open(&expectations, options.expected);
	if (!error && options.evidence)
		evidence = evidence_read(options.evidence, &expectations, &error);
	status = error ? fail(error) : act();
	if (fflush(stdout) || ferror(stdout))
		status = fail(text("stdout: what was said is lost"));
	suite_free(&suite);
	evidence_free(evidence);
	expectations_free(&expectations);
	host_free(&host);
	facts_free(&options.facts);
	return status;
}
