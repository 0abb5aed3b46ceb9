// SPDX-License-Identifier: GPL-2.0-only
#include "match.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static bool has_variant(const struct case_file *c, const char *id)
{
	size_t n = strcspn(id, ".");

	for (size_t i = 0; i < c->nr_variants; i++) {
		if (!strncmp(c->variants[i].name, id, n) && !c->variants[i].name[n])
			return true;
	}
	return false;
}

/* Every check speaks of a variant that there is, and every variant has one. */
static char *validate_variants(const struct case_file *c, const struct expected *e)
{
	for (size_t i = 0; i < e->nr_checks; i++) {
		if (!has_variant(c, e->checks[i]))
			return text("%s:%u: %s: case %s has no such variant", e->path,
				    expected_first(e, e->checks[i])->line, e->checks[i], c->name);
	}
	for (size_t v = 0; v < c->nr_variants; v++) {
		const char *name = c->variants[v].name;
		size_t i = 0;

		while (i < e->nr_checks && !check_key(e->checks[i], name))
			i++;
		if (i == e->nr_checks)
			return text("%s: expected a check of variant %s", e->path, name);
	}
	return NULL;
}

static void match_case(struct suite_case *c, struct expectations *all)
{
	const struct expectation *e = expectations_of(all, c->file.name, strlen(c->file.name));

	if (!c->broken)
		c->broken = e->error ? text("%s", e->error) : validate_variants(&c->file, &e->expected);
}

char *match(struct suite *s, struct expectations *e, const char *cases)
{
	char *error = expectations_read_all(e);

	for (size_t i = 0; i < e->nr && !error; i++) {
		char *path = text("%s/%s.elf", cases, e->list[i]->name);

		if (!suite_find(s, e->list[i]->name))
			suite_add(s, path);
		free(path);
	}
	for (size_t i = 0; i < s->nr_cases; i++)
		match_case(&s->cases[i], e);
	return error;
}
