// SPDX-License-Identifier: GPL-2.0-only
/*
 * KTAP version 1 (Documentation/dev-tools/ktap.rst): a case is a test, its checks are
 * subtests.
 *
 * Readers of KTAP only look at "ok" and SKIP, so a known deviation is "ok # XFAIL", as in
 * kselftest.  The plan comes first and counts the cases, so everything is printed at the
 * end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/format.h"
#include "text.h"

struct test {
	char *name, *lines;
	size_t nr, nr_skipped, nr_failed;
};

static struct test suite, one;		/* all cases, and the current one */

static void close_case(void)
{
	bool skipped = one.nr_skipped == one.nr;

	if (!one.name)
		return;
	suite.lines = text_append(suite.lines, "    KTAP version 1\n    # Subtest: %s\n"
				  "    1..%zu\n%s%s %zu %s%s\n", one.name, one.nr, one.lines,
				  one.nr_failed ? "not ok" : "ok", ++suite.nr, one.name,
				  skipped ? " # SKIP all of it" : "");
	free(one.name);
	free(one.lines);
	one = (struct test) {};
}

static void begin(const struct facts *facts)
{
	suite = (struct test) {};
	for (size_t i = 0; i < facts->nr; i++)
		suite.lines = text_append(suite.lines, "# %s: %s\n", facts->list[i].key,
					  facts->list[i].value);
}

/* Add blanks after '#', so that no line looks like "# Subtest: NAME". */
static void add_words(const char *words)
{
	char *line;

	while ((line = text_next(&words, "\n"))) {
		one.lines = text_append(one.lines, "    #   %s\n", line);
		free(line);
	}
}

/* Replace "# " in @why: readers take the last "# SKIP" of a line as its directive. */
static void add_directive(const char *directive, const char *why)
{
	char *data = text("%s", why);

	for (char *p = data; (p = strstr(p, "# ")); )
		*p = '?';
	one.lines = text_append(one.lines, " # %s%s", directive, data);
	free(data);
}

static void tell(const struct story *s)
{
	static const char *const directives[NR_OUTCOMES] = {
		[OUTCOME_KNOWN] = "XFAIL ", [OUTCOME_SKIP] = "SKIP ", [OUTCOME_FAIL] = "",
		[OUTCOME_ERROR] = "ERROR ", [OUTCOME_MISS] = "ERROR ",
	};
	bool failed = s->outcome >= OUTCOME_FAIL;
	size_t n = strcspn(s->name, ".");

	if (!one.name || strlen(one.name) != n || strncmp(one.name, s->name, n)) {
		close_case();
		one.name = text("%.*s", (int)n, s->name);
	}
	add_words(s->sentence);
	add_words(s->words);
	add_words(s->numbers);
	one.lines = text_append(one.lines, "    %s %zu %s", failed ? "not ok" : "ok", ++one.nr,
				s->name + n + 1);
	if (directives[s->outcome])
		add_directive(directives[s->outcome], s->why);
	one.lines = text_append(one.lines, "\n");
	one.nr_failed += failed;
	one.nr_skipped += s->outcome == OUTCOME_SKIP;
}

static void end(const struct completion *c)
{
	(void)c;
	close_case();
	printf("KTAP version 1\n1..%zu\n%s", suite.nr, suite.lines);
	free(suite.lines);
}

const struct format ktap_format = { "ktap", false, begin, tell, end };
