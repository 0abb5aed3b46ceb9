// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/judged.h"
#include "text.h"

struct column {
	struct judged record;
	int left;			/* the column that "<" compares with, or -1 */
};

struct table {
	struct column *columns;
	size_t nr_columns;
	char ***rows;			/* an observation, and a cell per column */
	size_t nr_rows;
};

static const struct seen *find(const struct table *t, size_t column, const char *id)
{
	return judged_find(&t->columns[column].record, id);
}

/* Return the observed value, or the verdict if there is none. */
static char *seen(const struct seen *r)
{
	if (!r)
		return text("(absent)");
	if (r->verdict == VERDICT_SKIP)
		return text("skip");
	return r->observed ? text("%s", r->observed) : text("(%s)", verdict_name(r->verdict));
}

static bool differs(const struct seen *a, const struct seen *b)
{
	char *x = seen(a), *y = seen(b);
	bool differ = strcmp(x, y);

	free(x);
	free(y);
	return differ;
}

static char *cell(const struct table *t, size_t column, const char *id)
{
	const struct seen *r = find(t, column, id), *left;
	int beside = t->columns[column].left;
	char *s = seen(r);

	if (r && r->verdict == VERDICT_KNOWN)
		s = text_append(s, "*");
	else if (r && (r->verdict == VERDICT_DEVIATION || r->verdict == VERDICT_MISSING))
		s = text_append(s, "!");
	if (!r || beside < 0 || r->verdict == VERDICT_SKIP)
		return s;
	left = find(t, beside, id);
	if (left && left->verdict != VERDICT_SKIP && differs(left, r))
		s = text_append(s, "<");
	return s;
}

static bool is_alike(const struct table *t, const char *id)
{
	for (size_t c = 1; c < t->nr_columns; c++) {
		if (differs(find(t, 0, id), find(t, c, id)))
			return false;
	}
	return true;
}

static char **add_row(struct table *t, const char *first)
{
	char **row = xrealloc(NULL, (t->nr_columns + 1) * sizeof(*row));

	APPEND(t->rows, t->nr_rows, row);
	row[0] = text("%s", first);
	return row;
}

/* Add a row for observation @id, if columns differ or for @all; return whether they agree. */
static bool add_observation(struct table *t, const char *id, bool all)
{
	bool alike = is_alike(t, id);
	char **row;

	if (!alike || all) {
		row = add_row(t, id);
		for (size_t k = 0; k < t->nr_columns; k++)
			row[k + 1] = cell(t, k, id);
	}
	return alike;
}

/* Add each observation once, in the order of the first record that has it. */
static bool add_observations(struct table *t, bool all)
{
	bool alike = true;

	for (size_t c = 0; c < t->nr_columns; c++) {
		const struct judged *record = &t->columns[c].record;

		for (size_t i = 0; i < record->nr; i++) {
			for (size_t k = 0; k < record->results[i].nr; k++) {
				const char *id = record->results[i].list[k].id;
				bool had = false;

				for (size_t b = 0; b < c && !had; b++)
					had = find(t, b, id);
				if (!had)
					alike &= add_observation(t, id, all);
			}
		}
	}
	return alike;
}

static void add_names(struct table *t, char **paths)
{
	char **row = add_row(t, "observation");

	for (size_t c = 0; c < t->nr_columns; c++)
		row[c + 1] = judged_name(paths, t->nr_columns, c);
}

static void print(const struct table *t, bool markdown)
{
	size_t width[t->nr_columns + 1];

	for (size_t c = 0; c <= t->nr_columns; c++) {
		width[c] = 0;
		for (size_t r = 0; r < t->nr_rows; r++) {
			if (strlen(t->rows[r][c]) > width[c])
				width[c] = strlen(t->rows[r][c]);
		}
	}
	for (size_t r = 0; r < t->nr_rows; r++) {
		for (size_t c = 0; c <= t->nr_columns; c++) {
			if (markdown)
				printf("| %s ", t->rows[r][c]);
			else
				printf("%-*s", c < t->nr_columns ? (int)width[c] + 2 : 0, t->rows[r][c]);
		}
		printf(markdown ? "|\n" : "\n");
		for (size_t c = 0; markdown && !r && c <= t->nr_columns; c++)
			printf(c < t->nr_columns ? "| --- " : "| --- |\n");
	}
}

/* Return whether @a and @b have the same value of @key, or both have none. */
static bool is_same_fact(const struct facts *a, const struct facts *b, const char *key)
{
	const char *x = facts_get(a, key), *y = facts_get(b, key);

	return x && y ? !strcmp(x, y) : x == y;
}

/* Return the nearest column to the left from the same machine, with any kernel; or -1. */
static int find_left(const struct table *t, size_t column)
{
	static const char *const machine[] = {
		"vendor", "cpu", "npt", "ept", "apicv", "avic", "hypervisor",
	};

	for (size_t c = column; c-- > 0; ) {
		size_t i = 0;

		while (i < sizeof(machine) / sizeof(*machine) &&
		       is_same_fact(&t->columns[c].record.facts, &t->columns[column].record.facts,
				    machine[i]))
			i++;
		if (i == sizeof(machine) / sizeof(*machine))
			return c;
	}
	return -1;
}

static void free_table(struct table *t)
{
	for (size_t r = 0; r < t->nr_rows; r++) {
		for (size_t c = 0; c <= t->nr_columns; c++)
			free(t->rows[r][c]);
		free(t->rows[r]);
	}
	for (size_t c = 0; c < t->nr_columns; c++)
		judged_free(&t->columns[c].record);
	free(t->rows);
	free(t->columns);
}

bool compare(char **paths, size_t nr, struct expectations *e, bool all, bool markdown,
	     char **error)
{
	struct table t = { .columns = xrealloc(NULL, nr * sizeof(*t.columns)) };
	bool alike = false;

	*error = NULL;
	while (t.nr_columns < nr && !*error) {
		struct column *c = &t.columns[t.nr_columns];

		*error = judged_read(&c->record, paths[t.nr_columns], e);
		c->left = find_left(&t, t.nr_columns++);
	}
	if (!*error) {
		add_names(&t, paths);
		alike = add_observations(&t, all);
		if (t.nr_rows > 1)
			print(&t, markdown);
	}
	free_table(&t);
	return alike;
}
