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
	struct line *lines = xrealloc(NULL, r->nr_lines * sizeof(*lines) + 1);
	struct result copy = *r;

	for (size_t i = 0; i < r->nr_lines; i++)
		lines[i] = r->lines[i];
	copy.id = text("%s", r->id);
	copy.observed = r->observed ? text("%s", r->observed) : NULL;
	copy.reason = r->reason ? text("%s", r->reason) : NULL;
	copy.lines = lines;
	APPEND(j->results, j->nr, copy);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	struct judged *j = context;

	(void)c;
	j->failed = t->failed ? text("%s", t->failed) : NULL;
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
		free(j->results[i].reason);
		free((void *)j->results[i].lines);
	}
	free(j->results);
	free(j->failed);
	facts_free(&j->facts);
}

char *judged_name(char **paths, size_t nr, size_t n)
{
	size_t common = strlen(paths[0]);
	const char *name, *suffix;

	for (size_t i = 1; i < nr; i++) {
		size_t same = 0;

		while (same < common && paths[i][same] == paths[0][same])
			same++;
		common = same;
	}
	while (common && paths[0][common - 1] != '/')
		common--;
	name = paths[n] + common;
	suffix = strrchr(name, '.');
	return text("%.*s", suffix && !strchr(suffix, '/') ? (int)(suffix - name)
		    : (int)strlen(name), name);
}

const struct result *judged_find(const struct judged *j, const char *id)
{
	for (size_t i = 0; i < j->nr; i++) {
		if (!strcmp(j->results[i].id, id))
			return &j->results[i];
	}
	return NULL;
}
