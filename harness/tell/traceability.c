// SPDX-License-Identifier: GPL-2.0-only
#include "tell/traceability.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/dimension.h"

static void print_condition(const struct condition *c)
{
	for (size_t i = 0; i < c->nr_terms; i++) {
		char *term = condition_text(&c->terms[i]);

		printf(" `%s`", term);
		free(term);
	}
}

static void print_value(const struct value *v, const char *label)
{
	if (v->value)
		printf("%s%s", label, v->value);
	else
		printf("cannot be seen: %s", v->why);
	print_condition(&v->on);
	if (v->unverified)
		printf(" (unverified)");
}

static void print_row(const struct expectation *c, const struct row *r)
{
	printf("| ");
	for (size_t i = 0; i < r->nr_ids; i++)
		printf("%s%s.%s", i ? "<br>" : "", c->name, r->ids[i]);
	printf(" | ");
	print_value(&r->documented, "");
	printf(" | ");
	for (const struct value *v = r->known; v; v = v->next) {
		print_value(v, v == r->known ? "" : "<br>");
		printf(": %s", v->why);
	}
	printf(" |\n");
}

static void print_statement(const struct expectation *c, const struct statement *s)
{
	const char *decided_by = NULL;

	printf("\n### %s: %s \"%s\", since %s\n\n> %s\n", c->name, s->document, s->section, s->since,
	       s->words);
	if (s->background) {
		printf("\nNothing to check: %s.\n", s->background);
		return;
	}
	dimension_print(c->name, &c->expected, s);
	for (size_t i = 0; i < c->expected.nr_rows; i++) {
		const struct row *r = c->expected.rows[i];

		if (r->statement != s)
			continue;
		if (r->decided_by != decided_by) {
			decided_by = r->decided_by;
			printf("\nDecided by %s.\n\n| check | documented | known to differ |\n"
			       "| --- | --- | --- |\n", decided_by);
		}
		print_row(c, r);
	}
}

void traceability(const struct expectations *all)
{
	printf("# Traceability\n\nMade by `kvm-errata traceability` from `expected/`: every statement, "
	       "the code that decides it, the\nways in which it is met, and the checks that hold it. \"Unverified\" follows from "
	       "source only: no such platform has shown it yet.\n");
	for (size_t c = 0; c < all->nr; c++) {
		const struct expected *e = &all->list[c]->expected;

		for (size_t i = 0; i < e->nr_statements; i++)
			print_statement(all->list[c], e->statements[i]);
	}
}
