// SPDX-License-Identifier: GPL-2.0-only
#include "match.h"

#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
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

/* The first row of @c for observation @id. */
static unsigned int line_of(const struct check *c, const char *id)
{
	size_t i = 0;

	while (!row_has(c->rows[i], id))
		i++;
	return c->rows[i]->line;
}

/* Every observation is of a variant that there is, and every variant has one. */
static char *validate_variants(const struct case_file *c, const struct expected *e)
{
	for (size_t k = 0; k < e->nr_checks; k++) {
		const struct check *check = e->checks[k];

		if (has_variant(c, check->name))
			return text("%s:%u: check %s: case %s has a variant of this name, expected another",
				    e->path, check->line, check->name, c->name);
		for (size_t i = 0; i < check->nr_ids; i++) {
			if (!has_variant(c, check->ids[i]))
				return text("%s:%u: %s: case %s has no such variant", e->path,
					    line_of(check, check->ids[i]), check->ids[i], c->name);
		}
	}
	for (size_t v = 0; v < c->nr_variants; v++) {
		const char *variant = c->variants[v].name;

		if (judge_count(e, &variant, 1) == 1)
			return text("%s: expected an observation of variant %s", e->path, variant);
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

/* Select the variants with an observation of @c. */
static void select_variants(struct suite_case *s, const struct check *c)
{
	for (size_t v = 0; v < s->file.nr_variants; v++) {
		for (size_t i = 0; i < c->nr_ids && !s->selected[v]; i++)
			s->selected[v] = observation_key(c->ids[i], s->file.variants[v].name);
	}
}

bool match_select(struct suite *s, struct expectations *e, const char *id)
{
	size_t n = strcspn(id, ".");
	char *name = text("%.*s", (int)n, id);
	struct suite_case *c = suite_find(s, name);
	const struct check *check = NULL;

	if (c && !c->broken && id[n])
		check = expected_check(&expectations_of(e, name, n)->expected, id + n + 1);
	if (check)
		select_variants(c, check);
	free(name);
	return check;
}

char *match_unknown(struct suite *s, struct expectations *e, const char *id)
{
	size_t n = strcspn(id, ".");
	char *name = text("%.*s", (int)n, id), *near = NULL, *error = NULL;
	struct suite_case *c = suite_find(s, name);

	if (c && !c->broken && id[n]) {
		const struct expected *of = &expectations_of(e, name, n)->expected;

		for (size_t v = 0; v < c->file.nr_variants; v++)
			suite_consider(&near, id + n + 1, c->file.variants[v].name);
		for (size_t k = 0; k < of->nr_checks; k++)
			suite_consider(&near, id + n + 1, of->checks[k]->name);
		error = text("case %s has no variant or check \"%s\"%s%s", name, id + n + 1,
			     near ? "; near: " : ": see kvm-errata list ", near ? near : name);
	}
	free(near);
	free(name);
	return error;
}
