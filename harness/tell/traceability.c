// SPDX-License-Identifier: GPL-2.0-only
#include "tell/traceability.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/dimension.h"
#include "text.h"

/* Whether @line has been seen for any of the checks that @r stands for. */
static bool is_shown(const struct evidence *evidence, const struct expectation *c,
		     const struct row *r, const struct value *line)
{
	bool shown = false;

	for (size_t i = 0; i < r->nr_ids && !shown; i++) {
		char *id = text("%s.%s", c->name, r->ids[i]);

		shown = evidence_has(evidence, line, id);
		free(id);
	}
	return shown;
}

static void print_value(const struct evidence *evidence, const struct expectation *c,
			const struct row *r, const struct value *v)
{
	char *on = condition_text(&v->on);

	if (v->value)
		printf("%s", v->value);
	else
		printf("cannot be seen: %s", v->why);
	if (on)
		printf(" `%s`", on);
	free(on);
	if (evidence && v->value && !is_shown(evidence, c, r, v))
		printf(" (not shown yet)");
}

static void print_row(const struct evidence *evidence, const struct expectation *c,
		      const struct row *r)
{
	printf("| ");
	for (size_t i = 0; i < r->nr_ids; i++)
		printf("%s%s.%s", i ? "<br>" : "", c->name, r->ids[i]);
	printf(" | ");
	print_value(evidence, c, r, &r->documented);
	printf(" | ");
	for (const struct value *v = r->known; v; v = v->next) {
		if (v != r->known)
			printf("<br>");
		print_value(evidence, c, r, v);
		printf(": %s", v->why);
	}
	printf(" |\n");
}

static void print_platforms(const struct evidence *evidence, const struct statement *s)
{
	const char *before = "\nShown by ", *platform;
	size_t nr = 0;

	for (size_t i = 0; (platform = evidence_platform(evidence, i)); i++) {
		if (!evidence_shows(evidence, i, s))
			continue;
		printf("%s%s", before, platform);
		before = ", ";
		nr++;
	}
	printf(nr ? ".\n" : "\nShown by nobody yet.\n");
}

static void print_statement(const struct evidence *evidence, const struct expectation *c,
			    const struct statement *s)
{
	const char *decided_by = NULL;

	printf("\n### %s: %s \"%s\", since %s\n\n> %s\n", c->name, s->document, s->section, s->since,
	       s->words);
	if (s->background) {
		printf("\nNothing to check: %s.\n", s->background);
		return;
	}
	dimension_print(c->name, &c->expected, s);
	if (evidence)
		print_platforms(evidence, s);
	for (size_t i = 0; i < c->expected.nr_rows; i++) {
		const struct row *r = c->expected.rows[i];

		if (r->statement != s)
			continue;
		if (r->decided_by != decided_by) {
			decided_by = r->decided_by;
			printf("\nDecided by %s.\n\n| check | documented | known to differ |\n"
			       "| --- | --- | --- |\n", decided_by);
		}
		print_row(evidence, c, r);
	}
}

void traceability(const struct expectations *all, const struct evidence *evidence)
{
	printf("# Traceability\n\nMade by `kvm-errata traceability` from `expected/`: every statement, "
	       "the code that decides it, the\nways in which it is met, and the checks that hold it. \"Not shown yet\": by none "
	       "of the platforms in `records/`; it follows from manual or source.\n");
	for (size_t c = 0; c < all->nr; c++) {
		const struct expected *e = &all->list[c]->expected;

		for (size_t i = 0; i < e->nr_statements; i++)
			print_statement(evidence, all->list[c], e->statements[i]);
	}
}
