// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-errata: boots each case on /dev/kvm and prints TAP.
 */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hunt/hunt.h"
#include "hunt/tell.h"
#include "judge/judge.h"
#include "match.h"
#include "observe.h"
#include "options.h"
#include "run/worker.h"
#include "record/read.h"
#include "tell/tell.h"
#include "tell/format.h"
#include "text.h"

static struct expectations expectations;
static struct evidence *evidence;
static struct suite suite;
static struct found records;		/* for commands that read records */

/* Print and free @error; return the exit status, AS_DOCUMENTED if it is NULL. */
static int fail(char *error)
{
	if (!error)
		return AS_DOCUMENTED;
	fprintf(stderr, "kvm-errata: %s\n", error);
	free(error);
	return options.bisect ? BISECT_CANNOT_TELL : SUITE_FAILED;
}

/* Read the payloads, match them with expectations, and select what the command line names. */
static char *select_cases(void)
{
	char *error = suite_read(&suite, options.cases);

	if (!error)
		error = match(&suite, &expectations, options.cases);
	if (!error && !options.nr_operands)
		suite_select_all(&suite);
	for (int i = 0; i < options.nr_operands && !error; i++)
		error = match_select(&suite, &expectations, options.cases, options.operands[i]);
	return error;
}

/* The session that prints results: TAP, the terminal view, or the format of --as. */
static struct {
	struct session session;
	struct result_sink sinks[3];
	struct baseline *baseline;	/* if --baseline asks for it */
	struct summary *summary;
} people;

/* Open the sink of --as FORMAT. */
static char *open_format(void)
{
	const struct format *f = format_find(options.format);

	if (!f)
		return text("--as %s: no such format, expected one of tap|%s", options.format, FORMATS);
	if (options.baseline || options.evidence)
		return text("--baseline and --evidence print TAP: not with --as %s", f->name);
	if (f->one_record && records.nr > 1)
		return text("--as %s: one RECORD, because its document has one root", f->name);
	kcidb_set_build(options.build);
	people.sinks[people.session.nr_sinks++] = format_sink(f);
	return NULL;
}

static enum strictness strictness(void)
{
	return options.bisect ? BISECT : options.strict ? STRICT : LENIENT;
}

/* Whether to show the terminal view instead of TAP. */
static bool has_view(void)
{
	return !options.format && !options.bisect && !options.trace &&
	       !options.baseline && isatty(STDOUT_FILENO);
}

/* Return the command that runs the suite again; NULL: judging a record runs nothing. */
static const char *command(void)
{
	const char *front_door = getenv("KVM_ERRATA_COMMAND");

	return front_door ? front_door : options.command == JUDGE ? NULL : "kvm-errata";
}

static char *open_session(void)
{
	struct session *s = &people.session;
	char *error = NULL;

	*s = (struct session) { .expectations = &expectations, .sinks = people.sinks };
	if (options.format && strcmp(options.format, "tap"))
		return open_format();
	if (options.baseline)
		people.baseline = baseline_open(options.baseline, &expectations, &error);
	if (people.baseline)
		people.sinks[s->nr_sinks++] = baseline_sink(people.baseline);
	people.summary = summary_new(evidence);
	people.sinks[s->nr_sinks++] = summary_sink(people.summary);
	/* ^C also ends the program that writes the record; judge until its end of file. */
	if (has_view() && options.command == JUDGE && !isatty(STDIN_FILENO) &&
	    !strcmp(options.operands[0], "-"))
		signal(SIGINT, SIG_IGN);
	people.sinks[s->nr_sinks++] = has_view() ?
		terminal_sink(people.summary, strictness(), command()) :
		tap_sink(evidence, people.summary);
	return error;
}

static void close_session(void)
{
	terminal_stop();
	if (people.baseline)
		baseline_close(people.baseline);
	if (people.summary)
		summary_free(people.summary);
}

static int judged_status(void)
{
	return session_status(&people.session.tally, strictness());
}

static int run_only(void)
{
	char *error = suite_read_selected(&suite, options.cases, options.operands, options.nr_operands);

	return fail(error ? error : observe(&suite, NULL));
}

static int run_and_judge(void)
{
	int status = fail(open_session());
	const struct listener judge = session_listener(&people.session);

	if (!status)
		status = fail(select_cases());
	if (!status)
		status = fail(observe(&suite, &judge));
	if (!status && options.record && !worker_is_interrupted())
		fprintf(stderr, "kvm-errata: the record is %s\n", options.record);
	if (!status)
		status = judged_status();
	close_session();
	return status;
}

static int judge_records(void)
{
	int failed = fail(open_session());
	enum status worst = NOTHING_RAN;

	for (size_t i = 0; i < records.nr && !failed; i++) {
		failed = fail(session_read_file(&people.session, records.paths[i]));
		worst = session_worse(worst, judged_status());
	}
	close_session();
	return failed ? failed : (int)worst;
}

static int compare_records(void)
{
	char *error;
	bool alike;

	if (records.nr < 2 && !options.all)
		return fail(text("compare: one record, expected two or more, or --all"));
	alike = compare(records.paths, records.nr, &expectations, options.all, options.markdown,
			&error);
	return error ? fail(error) : alike ? AS_DOCUMENTED : DEVIATES;
}

static int make_page(void)
{
	return fail(page(records.paths, records.nr, &expectations, options.sources, options.output));
}

static int judge_check(void)
{
	return fail(verdict(options.operands[0], &expectations, options.check, options.good));
}

/* Fail if a case cannot be read: output without it must not look complete. */
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
	list(&suite, &expectations, evidence, options.operands, options.nr_operands);
	return name_broken(AS_DOCUMENTED);
}

/* Cover all expectations; of the cases, only validate that they match. */
static int cover(void)
{
	char *error = suite_read(&suite, options.cases);

	if (!error)
		error = match(&suite, &expectations, options.cases);
	if (error)
		return fail(error);
	suite_select_all(&suite);
	return name_broken(coverage(&expectations, options.operands[0]));
}

/* Hunt here, if no record is given; then tell what is in the record, even after an error. */
static char *hunt_into_or_read(const struct hunt_plan *plan, struct cause *causes, bool *is_new)
{
	const char *operand = options.nr_operands ? options.operands[0] : NULL;
	const char *path = operand ? operand : options.record;
	FILE *f = operand && !strcmp(operand, "-") ? stdin : !path ? tmpfile() :
		  fopen(path, operand ? "re" : "w+e");
	char *error = NULL, *unread;

	if (!f)
		return text("%s: %s", path ? path : "a temporary file", strerror(errno));
	if (!operand) {
		error = hunt_observe(plan, f);
		rewind(f);
	}
	unread = hunt_tell(f, causes, command(), is_new);
	if (f != stdin)
		fclose(f);
	if (!error)
		return unread;
	free(unread);
	return error;
}

static int hunt_and_tell(void)
{
	struct cause *causes = NULL;
	struct hunt_plan plan;
	bool is_new = false;
	char *error = hunt_read_options(&plan);

	if (!error)
		error = known_read(options.known, &causes);
	if (!error)
		error = hunt_into_or_read(&plan, causes, &is_new);
	known_free(causes);
	return error ? fail(error) : is_new ? DEVIATES : AS_DOCUMENTED;
}

static int act(void)
{
	static int (*const commands[NR_COMMANDS])(void) = {
		[RUN_AND_JUDGE] = run_and_judge, [RUN] = run_only, [JUDGE] = judge_records,
		[COMPARE] = compare_records, [VERDICT] = judge_check, [LIST] = list_cases,
		[COVERAGE] = cover, [PAGE] = make_page, [HUNT] = hunt_and_tell,
	};

	return commands[options.command]();
}

/* For jansson: when out of memory, exit instead of losing values silently. */
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
	error = options_parse(argc, argv);
	if (!error && options.command != RUN && options.command != HUNT)
		error = expectations_open(&expectations, options.expected);
	if (!error && options.evidence)
		evidence = evidence_read(options.evidence, &expectations, &error);
	if (!error && (options.command == JUDGE || options.command == COMPARE || options.command == PAGE))
		error = record_find(&records, options.operands, options.nr_operands);
	status = error ? fail(error) : act();
	if (fflush(stdout) || ferror(stdout))
		status = fail(text("stdout: cannot write all results"));
	suite_free(&suite);
	found_free(&records);
	evidence_free(evidence);
	expectations_free(&expectations);
	facts_free(&options.facts);
	return status;
}
