// SPDX-License-Identifier: GPL-2.0-only
#include "match.h"

#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "text.h"

/* Return the line of the first row of @c for observation @id. */
static unsigned int line_of(const struct check *c, const char *id)
{
	size_t i = 0;

	while (!row_has(c->rows[i], id))
		i++;
	return c->rows[i]->line;
}

/* Validate that each observation's variant exists, and that each variant has an observation. */
static char *validate_variants(const struct case_file *c, const struct expected *e)
{
	for (size_t k = 0; k < e->nr_checks; k++) {
		const struct check *check = e->checks[k];

		if (case_variant(c, check->name))
			return text("%s:%u: check %s: case %s has a variant of this name, expected another",
				    e->path, check->line, check->name, c->name);
		for (size_t i = 0; i < check->nr_ids; i++) {
			if (!case_variant(c, check->ids[i]))
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

char *match(struct suite *s, struct expectations *all, const char *cases)
{
	char *error = expectations_read_all(all);

	for (size_t i = 0; i < all->nr && !error; i++) {
		char *path = text("%s/%s.elf", cases, all->list[i]->name);

		if (!suite_find(s, all->list[i]->name))
			suite_add(s, path);
		free(path);
	}
	for (size_t i = 0; i < s->nr_cases; i++)
		match_case(&s->cases[i], all);
	return error;
}

/* Select the variants with an observation of @c. */
static void select_variants(struct suite_case *s, const struct check *c)
{
	for (size_t v = 0; v < s->file.nr_variants; v++)
		s->selected[v] |= check_has_variant(c, s->file.variants[v].name);
}

/* Return the case of @id, CASE.NAME, with its expectations in *@e; NULL: it cannot be read. */
static struct suite_case *case_of(struct suite *s, struct expectations *all, const char *id,
				  const struct expected **e)
{
	size_t n = strcspn(id, ".");
	char *name = text("%.*s", (int)n, id);
	struct suite_case *c = id[n] ? suite_find(s, name) : NULL;

	free(name);
	if (!c || c->broken)
		return NULL;
	*e = &expectations_of(all, id, n)->expected;
	return c;
}

static bool select_check(struct suite *s, struct expectations *all, const char *id)
{
	const struct expected *e;
	struct suite_case *c = case_of(s, all, id, &e);
	const struct check *check = c ? expected_check(e, strchr(id, '.') + 1) : NULL;

	if (check)
		select_variants(c, check);
	return check;
}

/* Return an error that suggests names similar to CASE.NAME; NULL: there is no such case. */
static char *unknown(struct suite *s, struct expectations *all, const char *id)
{
	const struct expected *e;
	const struct suite_case *c = case_of(s, all, id, &e);
	char *near = NULL, *error;
	const char *what;

	if (!c)
		return NULL;
	what = strchr(id, '.') + 1;
	for (size_t v = 0; v < c->file.nr_variants; v++)
		suite_consider(&near, what, c->file.variants[v].name);
	for (size_t k = 0; k < e->nr_checks; k++)
		suite_consider(&near, what, e->checks[k]->name);
	error = text("case %s has no variant or check \"%s\"%s%s", c->file.name, what,
		     near ? "; near: " : ": see kvm-errata list ", near ? near : c->file.name);
	free(near);
	return error;
}

char *match_select(struct suite *s, struct expectations *all, const char *cases, const char *what)
{
	size_t known = s->nr_cases;
	char *error, *better;

	if (select_check(s, all, what))
		return NULL;
	error = suite_select(s, what);
	if (!error)
		return s->nr_cases > known ? match(s, all, cases) : NULL;
	better = unknown(s, all, what);
	if (better)
		free(error);
	return better ? better : error;
}
