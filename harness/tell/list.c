// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static void list_variant(const struct case_file *c, const struct vm_note *v)
{
	char *needs = variant_needs(v, false);

	printf("%s.%s: %s\n", c->name, v->name, needs);
	free(needs);
}

static void list_value(const struct value *v, const char *word)
{
	char *on = condition_text(&v->on), *why = v->why ? skip_words(v->skip, v->why) : NULL;

	printf("    %s%s", word, v->value ? v->value : "skip");
	if (on)
		printf(" on %s", on);
	free(on);
	if (why)
		printf(": %s", why);
	free(why);
	putchar('\n');
}

static void list_platforms(const struct evidence *evidence, const struct check *c, bool known)
{
	char *platforms = evidence_platforms(evidence, c, known);

	if (platforms || !known)
		printf("  %s by %s\n", known ? "known deviation shown" : "shown",
		       platforms ? platforms : "no record yet");
	free(platforms);
}

static void list_check(const struct case_file *file, const struct suite_case *selected,
		       const struct check *c, const struct evidence *evidence)
{
	printf("%s.%s: %s\n", file->name, c->name, c->sentence);
	for (size_t i = 0; i < c->nr_ids; i++) {
		if (!suite_has_selected(selected, c->ids[i]))
			continue;
		printf("  %s.%s\n", file->name, c->ids[i]);
		for (size_t k = 0; k < c->nr_rows; k++) {
			const struct row *r = c->rows[k];

			if (!row_has(r, c->ids[i]))
				continue;
			list_value(&r->documented, "");
			for (const struct value *v = r->known; v; v = v->next)
				list_value(v, "known ");
		}
	}
	printf("  %s \"%s\", since %s; %s\n", c->statement->document, c->statement->section,
	       c->statement->since, c->decided_by);
	if (evidence) {
		list_platforms(evidence, c, false);
		list_platforms(evidence, c, true);
	}
}

/* Whether an operand is check @name of case @c. */
static bool is_named(const char *c, const char *name, char **operands, int nr)
{
	char *id = text("%s.%s", c, name);
	bool is = false;

	for (int i = 0; i < nr; i++)
		is |= !strcmp(operands[i], id);
	free(id);
	return is;
}

static bool has_selected(const struct suite_case *c, const struct check *check)
{
	for (size_t i = 0; i < check->nr_ids; i++) {
		if (suite_has_selected(c, check->ids[i]))
			return true;
	}
	return false;
}

static void list_checks(const struct suite_case *c, const struct expected *e,
			const struct evidence *evidence, char **operands, int nr)
{
	bool some = false;

	for (size_t i = 0; i < e->nr_checks; i++)
		some |= is_named(c->file.name, e->checks[i]->name, operands, nr);
	for (size_t i = 0; i < e->nr_checks; i++) {
		if (some ? is_named(c->file.name, e->checks[i]->name, operands, nr) :
		    has_selected(c, e->checks[i]))
			list_check(&c->file, c, e->checks[i], evidence);
	}
}

void list(const struct suite *s, struct expectations *all, const struct evidence *evidence,
	  char **operands, int nr)
{
	for (size_t i = 0; i < s->nr_cases; i++) {
		const struct suite_case *c = &s->cases[i];
		const struct expected *e;

		if (!suite_is_selected(c))
			continue;
		e = &expectations_of(all, c->file.name, strlen(c->file.name))->expected;
		if (c->broken) {
			printf("%s: %s\n", c->file.name, c->broken);
			continue;
		}
		for (size_t v = 0; v < c->file.nr_variants; v++) {
			if (!c->selected[v])
				continue;
			list_variant(&c->file, &c->file.variants[v]);
		}
		list_checks(c, e, evidence, operands, nr);
	}
}
