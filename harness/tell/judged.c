// SPDX-License-Identifier: GPL-2.0-only
#include "tell/judged.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static void begin(void *context, size_t plan, const struct facts *facts)
{
	struct judged *j = context;

	(void)plan;
	for (size_t i = 0; i < facts->nr; i++)
		facts_set(&j->facts, facts->list[i].key, facts->list[i].value);
}

static void result(void *context, const struct result *r)
{
	struct judged *j = context;

	j->results = xrealloc(j->results, (j->nr + 1) * sizeof(*j->results));
	j->results[j->nr++] = (struct judged_result) {
		.id = text("%s", r->id), .verdict = r->verdict, .by_chance = r->by_chance,
		.observed = r->observed ? text("%s", r->observed) : NULL,
	};
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	(void)context, (void)t, (void)c;
}

char *judged_read(struct judged *j, const char *path, struct expectations *e)
{
	const struct result_sink keep = { begin, result, end, j };
	struct session session = { .expectations = e, .sinks = &keep, .nr_sinks = 1 };

	*j = (struct judged) {};
	return session_read_file(&session, path);
}

void judged_free(struct judged *j)
{
	for (size_t i = 0; i < j->nr; i++) {
		free(j->results[i].id);
		free(j->results[i].observed);
	}
	free(j->results);
	facts_free(&j->facts);
}

const struct judged_result *judged_find(const struct judged *j, const char *id)
{
	for (size_t i = 0; i < j->nr; i++) {
		if (!strcmp(j->results[i].id, id))
			return &j->results[i];
	}
	return NULL;
}
