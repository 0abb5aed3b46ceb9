// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Without module parameters: those that matter to expected/ are facts of their own. */
static void begin(void *context, size_t plan, const struct facts *facts)
{
	(void)context;
	number = 0;
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
	const struct evidence *evidence = context;
	struct story s = story_of(r);
	size_t new = evidence ? count_new(evidence, r) : 0;
	bool ok = r->verdict == VERDICT_OK || r->verdict == VERDICT_FIXED ||
		  r->verdict == VERDICT_SKIP;

	diagnose(s.words);
	if (new)
		printf("# new: no record has shown %zu of %zu observations yet\n", new, r->nr);
	printf("%s %zu - %s: %s", ok ? "ok" : "not ok", ++number, s.name, s.sentence);
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
	printf("%s %zu - %s: %s%s%s\n", t->failed ? "not ok" : "ok", number + 1, s.name, s.sentence,
	       s.outcome == OUTCOME_SKIP ? " # SKIP " : "", s.outcome == OUTCOME_SKIP ? s.why : "");
	diagnose(s.numbers);
	fflush(stdout);
	story_free(&s);
}

struct result_sink tap_sink(struct evidence *evidence)
{
	return (struct result_sink) { .begin = begin, .result = result, .end = end, .context = evidence };
}
