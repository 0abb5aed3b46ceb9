// SPDX-License-Identifier: GPL-2.0-only
#include "judge/expectations.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "judge/source.h"
#include "text.h"

static void free_bent(struct bent *b)
{
	for (size_t i = 0; i < b->nr_patterns; i++)
		free(b->patterns[i]);
	free(b->patterns);
	value_free(&b->value);
}

static char *parse_conditions(struct environment *e, char *s, bool is_known)
{
	char *word, *error = NULL;

	if (e->on.nr_terms)
		return text("a second \"environment\" or \"known\"");
	e->is_known = is_known;
	while (!error && (word = value_word(&s)))
		error = condition_add(&e->on, word);
	return error || e->on.nr_terms ? error : text("expected a CONDITION");
}

static char *parse_bent(struct environment *e, char *s, unsigned int number)
{
	struct bent b = { .value.line = number };
	char *pattern = value_word(&s), *error;

	if (!e->on.nr_terms)
		return text("expected \"environment CONDITION...\" or \"known CONDITION...\" above it");
	error = value_parse(s, &b.value);
	if (!error && (!b.value.value || !b.value.why))
		error = text("expected \"CASE.VARIANT.KEY VALUE [on CONDITION...]: WHY\"");
	b.patterns = xrealloc(NULL, MAX_ALTERNATIVES * sizeof(*b.patterns));
	if (!error)
		error = source_expand(pattern, b.patterns, &b.nr_patterns);
	if (error) {
		free_bent(&b);
		return error;
	}
	b.patterns = xrealloc(b.patterns, b.nr_patterns * sizeof(*b.patterns));
	APPEND(e->list, e->nr, b);
	return NULL;
}

static char *parse_line(void *context, char *s, unsigned int number)
{
	struct environment *e = context;
	bool indented = *s == ' ' || *s == '\t';
	char *error;

	s = value_trim(s);
	if (!*s || *s == '#')
		return NULL;
	if (reasons_take(&e->reasons, s, indented, number, &error))
		return error;
	if (!strncmp(s, "environment ", 12))
		return parse_conditions(e, s + 12, false);
	if (!strncmp(s, "known ", 6))
		return parse_conditions(e, s + 6, true);
	return parse_bent(e, s, number);
}

char *environment_parse(struct environment *e, const char *path, const char *words, size_t size)
{
	char *error;

	*e = (struct environment) {};
	error = source_parse(path, words, size, parse_line, e);
	for (size_t i = 0; i < e->nr && !error; i++)
		error = reasons_resolve(&e->reasons, &e->list[i].value, path);
	return error ? error : reasons_end(&e->reasons, path);
}

void environment_free(struct environment *e)
{
	for (size_t i = 0; i < e->nr; i++)
		free_bent(&e->list[i]);
	free(e->list);
	reasons_free(&e->reasons);
	condition_free(&e->on);
}

static bool matches(const struct bent *b, const char *id)
{
	for (size_t i = 0; i < b->nr_patterns; i++) {
		if (!fnmatch(b->patterns[i], id, 0))
			return true;
	}
	return false;
}

const struct value *environment_value(const struct environment *e, const char *id,
				      const char *observed, const struct facts *facts)
{
	if (!condition_holds(&e->on, facts))
		return NULL;
	for (size_t i = 0; i < e->nr; i++) {
		const struct value *v = &e->list[i].value;

		if ((!strcmp(v->value, "*") || (observed && !strcmp(v->value, observed))) &&
		    matches(&e->list[i], id) && condition_holds(&v->on, facts))
			return v;
	}
	return NULL;
}
