// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/format.h"
#include "text.h"

static struct {
	const struct evidence *evidence;
	struct summary *summary;
	size_t number;
} tap;

static void diagnose(const char *lines)
{
	char *line;

	while ((line = text_next(&lines, "\n"))) {
		printf("# %s\n", line);
		free(line);
	}
}

/* Leave out module parameters: those that matter to expected/ are also facts of their own. */
static void begin(void *context, size_t plan, const struct facts *facts)
{
	(void)context;
	tap.number = 0;
	printf("TAP version 13\n1..%zu\n", plan + 1);
	for (size_t i = 0; i < facts->nr; i++) {
		if (!strchr(facts->list[i].key, '.'))
			printf("# %s: %s\n", facts->list[i].key, facts->list[i].value);
	}
	fflush(stdout);
}

static size_t count_new(const struct evidence *evidence, const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr; i++)
		n += evidence_is_new(evidence, &r->list[i]);
	return n;
}

static void result(void *context, const struct result *r)
{
	struct story s = story_of(r);
	size_t new = tap.evidence ? count_new(tap.evidence, r) : 0;
	bool ok = r->verdict == VERDICT_OK || r->verdict == VERDICT_FIXED ||
		  r->verdict == VERDICT_SKIP;

	(void)context;
	diagnose(s.words);
	if (new)
		printf("# new: no record has shown %zu of %zu observations yet\n", new, r->nr);
	printf("%s %zu - %s: %s", ok ? "ok" : "not ok", ++tap.number, s.name, s.sentence);
	if (r->verdict == VERDICT_KNOWN || r->verdict == VERDICT_FIXED)
		printf(" # TODO %s", s.why);
	else if (r->verdict == VERDICT_SKIP)
		printf(" # SKIP %s", s.why);
	putchar('\n');
	fflush(stdout);
	story_free(&s);
}

static void put_diagnostic(const char *line)
{
	printf("# %s\n", line);
}

static void summarize(void)
{
	char *again = summary_again(tap.summary);

	summary_print(tap.summary, put_diagnostic);
	if (again)
		printf("# run again, with the same options:%s\n", again);
	free(again);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	struct story s = story_of_run(t, c);

	(void)context;
	if (tap.summary)
		summarize();
	diagnose(s.words);
	printf("%s %zu - %s: %s%s%s\n", t->failed ? "not ok" : "ok", tap.number + 1, s.name, s.sentence,
	       s.outcome == OUTCOME_SKIP ? " # SKIP " : "", s.outcome == OUTCOME_SKIP ? s.why : "");
	diagnose(s.numbers);
	fflush(stdout);
	story_free(&s);
}

struct result_sink tap_sink(const struct evidence *evidence, struct summary *summary)
{
	tap.evidence = evidence;
	tap.summary = summary;
	return (struct result_sink) { .begin = begin, .result = result, .end = end };
}
