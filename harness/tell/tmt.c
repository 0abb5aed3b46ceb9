// SPDX-License-Identifier: GPL-2.0-only
/*
 * tmt's results.yaml, for a test with "result: custom" (tmt's specification,
 * /spec/results): a list.  Each of its lines is JSON, which is YAML, too.
 *
 * A known deviation is "info": a pass that tmt shows with its notes.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tell/format.h"
#include "text.h"

static json_t *results;

static void begin(const struct facts *facts)
{
	(void)facts;
	results = json_array();
}

static void add_notes(json_t *notes, const char *lines)
{
	char *line;

	while ((line = text_next(&lines, "\n"))) {
		json_array_append_new(notes, json_string(line));
		free(line);
	}
}

/* "/CASE/CHECK" */
static char *path(const char *name)
{
	int n = strcspn(name, ".");

	return text("/%.*s/%s", n, name, name + n + 1);
}

static void tell(const struct story *s)
{
	static const char *const outcomes[NR_OUTCOMES] = {
		[OUTCOME_PASS] = "pass", [OUTCOME_GONE] = "pass", [OUTCOME_KNOWN] = "info",
		[OUTCOME_SKIP] = "skip", [OUTCOME_FAIL] = "fail", [OUTCOME_ERROR] = "error",
		[OUTCOME_MISS] = "error",
	};
	json_t *notes = json_array();
	char *name = path(s->name);

	add_notes(notes, s->sentence);
	add_notes(notes, s->why);
	add_notes(notes, s->words);
	add_notes(notes, s->numbers);
	json_array_append_new(results, json_pack("{s:s, s:s, s:o}", "name", name,
						 "result", outcomes[s->outcome], "note", notes));
	free(name);
}

static void end(const struct completion *c)
{
	json_t *result;
	size_t i;

	(void)c;
	json_array_foreach(results, i, result) {
		printf("- ");
		json_dumpf(result, stdout, 0);
		putchar('\n');
	}
	json_decref(results);
}

const struct format tmt_format = { "tmt", false, begin, tell, end };
