// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/parameters.h"
#include "tell/story.h"
#include "text.h"

static size_t number;

static void diagnose(const char *lines)
{
	char *line;

	while ((line = text_next(&lines, "\n"))) {
		printf("# %s\n", line);
		free(line);
	}
}

static void print_fact(const char *before, const char *between, const struct fact *fact)
{
	printf("%s%s%s%s", before, fact->key, between, fact->value);
}

static void begin(void *context, size_t plan, const struct facts *facts)
{
	size_t told = 0;

	(void)context;
	number = 0;
	printf("TAP version 13\n1..%zu\n", plan + 1);
	for (size_t i = 0; i < facts->nr; i++) {
		if (fact_is_parameter(&facts->list[i]))
			continue;
		print_fact("# ", ": ", &facts->list[i]);
		putchar('\n');
	}
	for (size_t i = 0; i < facts->nr; i++) {
		if (parameter_is_told(&facts->list[i]))
			print_fact(told++ ? " " : "# parameters: ", "=", &facts->list[i]);
	}
	if (told)
		putchar('\n');
	fflush(stdout);
}

static void result(void *context, const struct result *r)
{
	const struct evidence *evidence = context;
	struct story s = story_of(r);
	bool ok = r->verdict == VERDICT_OK || r->verdict == VERDICT_FIXED ||
		  r->verdict == VERDICT_SKIP;

	diagnose(s.words);
	if (evidence && evidence_is_new(evidence, r))
		printf("# new: no record has shown this yet\n");
	printf("%s %zu - %s", ok ? "ok" : "not ok", ++number, r->id);
	if (r->verdict == VERDICT_KNOWN || r->verdict == VERDICT_FIXED)
		printf(" # TODO %s", s.why);
	else if (r->verdict == VERDICT_SKIP)
		printf(" # SKIP %s", s.why);
	putchar('\n');
	fflush(stdout);
	story_free(&s);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	struct story s = story_of_run(t, c);

	(void)context;
	diagnose(s.words);
	printf("%s %zu - %s%s%s\n", t->failed ? "not ok" : "ok", number + 1, s.name,
	       s.outcome == OUTCOME_SKIP ? " # SKIP " : "", s.outcome == OUTCOME_SKIP ? s.why : "");
	diagnose(s.numbers);
	fflush(stdout);
	story_free(&s);
}

struct result_sink tap_sink(struct evidence *evidence)
{
	return (struct result_sink) { begin, result, end, evidence };
}
