// SPDX-License-Identifier: GPL-2.0-only
#include "suite.h"

#include <dirent.h>
#include <errno.h>
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
static char *check_variants(const struct suite_case *c)
{
	const struct expected *e = &c->expected;

	for (size_t i = 0; i < e->nr_checks; i++) {
		if (!has_variant(&c->file, e->checks[i].id))
			return text("%s:%u: %s: case %s has no such variant", e->path,
				    e->checks[i].rows->line, e->checks[i].id, c->file.name);
	}
	for (size_t v = 0; v < c->file.nr_variants; v++) {
		const char *name = c->file.variants[v].name;
		size_t i = 0;

		while (i < e->nr_checks && !check_key(&e->checks[i], name))
			i++;
		if (i == e->nr_checks)
			return text("%s: expected a check of variant %s", e->path, name);
	}
	return NULL;
}

static struct suite_case *add_case(struct suite *s, const char *path, const char *expected)
{
	struct suite_case *c;
	char *error, *lines;

	s->cases = xrealloc(s->cases, (s->nr_cases + 1) * sizeof(*s->cases));
	c = &s->cases[s->nr_cases++];
	*c = (struct suite_case) {};
	error = case_read(&c->file, path);
	if (error) {
		c->broken = text("payload %s %s", path, error);
		free(error);
		c->file.nr_variants = 0;
	}
	c->selected = xrealloc(NULL, c->file.nr_variants + 1);
	memset(c->selected, false, c->file.nr_variants + 1);
	lines = text("%s/%s", expected, c->file.name);
	error = expected_read(&c->expected, lines);
	if (!error && !c->broken)
		error = check_variants(c);
	if (c->broken)
		free(error);
	else
		c->broken = error;
	free(lines);
	return c;
}

static bool is_there(const struct suite *s, const char *name)
{
	for (size_t i = 0; i < s->nr_cases; i++) {
		if (!strcmp(s->cases[i].file.name, name))
			return true;
	}
	return false;
}

static int is_payload(const struct dirent *d)
{
	const char *suffix = strrchr(d->d_name, '.');

	return suffix && !strcmp(suffix, ".elf");
}

/* Not an editor's backup, nor a hidden file. */
static int is_expectation(const struct dirent *d)
{
	return d->d_type != DT_DIR && !d->d_name[strcspn(d->d_name, ".~#")];
}

/* Each payload of @cases; and what @expected speaks of is a case without one. */
static char *add_cases(struct suite *s, const char *directory, bool payloads,
		       const char *cases, const char *expected)
{
	struct dirent **names;
	int n = scandir(directory, &names, payloads ? is_payload : is_expectation, alphasort);

	if (n < 0)
		return text("%s: %s", directory, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *path = text("%s/%s%s", cases, names[i]->d_name, payloads ? "" : ".elf");

		if (payloads || !is_there(s, names[i]->d_name))
			add_case(s, path, expected);
		free(path);
		free(names[i]);
	}
	free(names);
	return n ? NULL : text("%s: no %s in it", directory,
			       payloads ? "payload (*.elf)" : "expectations");
}

static int by_name(const void *a, const void *b)
{
	const struct suite_case *x = a, *y = b;

	return strcmp(x->file.name, y->file.name);
}

char *suite_read(struct suite *s, const char *cases, const char *expected)
{
	char *error;

	*s = (struct suite) {};
	error = add_cases(s, cases, true, cases, expected);
	if (!error)
		error = add_cases(s, expected, false, cases, expected);
	if (s->nr_cases)
		qsort(s->cases, s->nr_cases, sizeof(*s->cases), by_name);
	return error;
}

static void select_case(struct suite_case *c)
{
	memset(c->selected, true, c->file.nr_variants + 1);
}

/* Whether @name is near enough to @what to be what was meant. */
static void consider(char **near, const char *what, const char *name)
{
	if (text_distance(what, name) <= 1 + strlen(what) / 4 ||
	    (strlen(what) > 2 && strstr(name, what)))
		*near = text_append(*near, "%s%s", *near ? ", " : "", name);
}

static char *unknown(const struct suite *s, const char *what)
{
	char *near = NULL, *error;

	for (size_t i = 0; i < s->nr_cases; i++) {
		const struct suite_case *c = &s->cases[i];

		if (c->broken && !strncmp(c->file.name, what, strlen(c->file.name)) &&
		    what[strlen(c->file.name)] == '.')
			return text("%s: %s", what, c->broken);
	}

	for (size_t i = 0; i < s->nr_cases; i++) {
		const struct case_file *c = &s->cases[i].file;

		consider(&near, what, c->name);
		for (size_t v = 0; v < c->nr_variants; v++) {
			char *name = text("%s.%s", c->name, c->variants[v].name);

			if (strncmp(name, what, strlen(c->name)) || strchr(what, '.'))
				consider(&near, what, name);
			free(name);
		}
	}
	if (!near) {
		for (size_t i = 0; i < s->nr_cases; i++)
			near = text_append(near, "%s%s", near ? ", " : "", s->cases[i].file.name);
		error = text("unknown case \"%s\"; there are: %s", what, near);
	} else {
		error = text("unknown case \"%s\"; near: %s", what, near);
	}
	free(near);
	return error;
}

char *suite_select(struct suite *s, const char *what, const char *expected)
{
	size_t n = strcspn(what, ".");

	if (strchr(what, '/')) {
		select_case(add_case(s, what, expected));
		return NULL;
	}
	for (size_t i = 0; i < s->nr_cases; i++) {
		struct suite_case *c = &s->cases[i];

		if (strncmp(c->file.name, what, n) || c->file.name[n])
			continue;
		if (!what[n]) {
			select_case(c);
			return NULL;
		}
		for (size_t v = 0; v < c->file.nr_variants; v++) {
			if (!strcmp(c->file.variants[v].name, what + n + 1)) {
				c->selected[v] = true;
				return NULL;
			}
		}
	}
	return unknown(s, what);
}

char *suite_check(const struct suite *s)
{
	for (size_t i = 0; i < s->nr_cases; i++) {
		for (size_t j = 0; j < i && suite_is_selected(&s->cases[i]); j++) {
			if (!strcmp(s->cases[i].file.name, s->cases[j].file.name) &&
			    suite_is_selected(&s->cases[j]))
				return text("case %s is selected twice, as %s and %s",
					    s->cases[i].file.name, s->cases[j].file.path,
					    s->cases[i].file.path);
		}
	}
	return NULL;
}

void suite_select_all(struct suite *s)
{
	for (size_t i = 0; i < s->nr_cases; i++)
		select_case(&s->cases[i]);
}

bool suite_is_selected(const struct suite_case *c)
{
	for (size_t v = 0; v <= c->file.nr_variants; v++) {
		if (c->selected[v])
			return true;
	}
	return false;
}

void suite_free(struct suite *s)
{
	for (size_t i = 0; i < s->nr_cases; i++) {
		case_free(&s->cases[i].file);
		expected_free(&s->cases[i].expected);
		free(s->cases[i].broken);
		free(s->cases[i].selected);
	}
	free(s->cases);
}
