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

static char *copy(const char *s)
{
	return s ? text("%s", s) : NULL;
}

static void keep_seen(struct seen *to, const struct seen *from)
{
	*to = *from;
	to->id = copy(from->id);
	to->observed = copy(from->observed);
	to->reason = copy(from->reason);
	to->lines = xrealloc(NULL, from->nr_lines * sizeof(*to->lines) + 1);
	memcpy(to->lines, from->lines, from->nr_lines * sizeof(*to->lines));
}

static void result(void *context, const struct result *r)
{
	struct judged *j = context;
	struct seen *list = xrealloc(NULL, r->nr * sizeof(*list) + 1);
	struct result new = *r;

	for (size_t i = 0; i < r->nr; i++)
		keep_seen(&list[i], &r->list[i]);
	new.id = copy(r->id);
	new.list = list;
	if (r->first) {
		new.first = list + (r->first - r->list);
		new.reason = r->reason ? new.first->reason : NULL;
	} else {
		new.reason = copy(r->reason);
	}
	APPEND(j->results, j->nr, new);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	struct judged *j = context;

	(void)c;
	j->failed = t->failed ? text("%s", t->failed) : NULL;
}

static int by_id(const void *a, const void *b)
{
	const struct seen *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

static void sort(struct judged *j)
{
	for (size_t i = 0; i < j->nr; i++) {
		for (size_t k = 0; k < j->results[i].nr; k++)
			APPEND(j->by_id, j->nr_seen, &j->results[i].list[k]);
	}
	if (j->nr_seen)
		qsort(j->by_id, j->nr_seen, sizeof(*j->by_id), by_id);
}

char *judged_read(struct judged *j, const char *path, struct expectations *e)
{
	const struct result_sink keep = { .begin = begin, .result = result, .end = end, .context = j };
	struct session session = { .expectations = e, .sinks = &keep, .nr_sinks = 1 };
	char *error;

	*j = (struct judged) {};
	error = session_read_file(&session, path);
	sort(j);
	return error;
}

void judged_free(struct judged *j)
{
	for (size_t i = 0; i < j->nr; i++) {
		struct sights sights = { (struct seen *)j->results[i].list, j->results[i].nr };

		if (!sights.nr)
			free((char *)j->results[i].reason);
		sights_free(&sights);
		free(j->results[i].id);
	}
	free(j->results);
	free(j->by_id);
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

const struct seen *judged_find(const struct judged *j, const char *id)
{
	const struct seen key = { .id = (char *)id }, *of = &key, **found;

	found = j->nr_seen ? bsearch(&of, j->by_id, j->nr_seen, sizeof(*j->by_id), by_id) : NULL;
	return found ? *found : NULL;
}
