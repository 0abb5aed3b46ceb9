// SPDX-License-Identifier: GPL-2.0-only
#include "run/suite.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct suite_case *suite_add(struct suite *s, const char *path)
{
	struct suite_case *c;
	char *error;

	APPEND(s->cases, s->nr_cases, (struct suite_case) {});
	c = &s->cases[s->nr_cases - 1];
	error = case_read(&c->file, path);
	if (error) {
		c->broken = text("payload %s %s", path, error);
		free(error);
		c->file.nr_variants = 0;
	}
	c->selected = xrealloc(NULL, c->file.nr_variants + 1);
	memset(c->selected, false, c->file.nr_variants + 1);
	return c;
}

struct suite_case *suite_find(const struct suite *s, const char *name)
{
	for (size_t i = 0; i < s->nr_cases; i++) {
		if (!strcmp(s->cases[i].file.name, name))
			return &s->cases[i];
	}
	return NULL;
}

static int is_payload(const struct dirent *d)
{
	const char *suffix = strrchr(d->d_name, '.');

	return suffix && !strcmp(suffix, ".elf");
}

char *suite_read(struct suite *s, const char *directory)
{
	struct dirent **names;
	int n = scandir(directory, &names, is_payload, alphasort);

	*s = (struct suite) {};
	if (n < 0)
		return text("%s: %s", directory, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *path = text("%s/%s", directory, names[i]->d_name);

		suite_add(s, path);
		free(path);
		free(names[i]);
	}
	free(names);
	return n ? NULL : text("%s: no payload (*.elf) in it", directory);
}

static int by_name(const void *a, const void *b)
{
	const struct suite_case *x = a, *y = b;

	return strcmp(x->file.name, y->file.name);
}

static void select_case(struct suite_case *c)
{
	memset(c->selected, true, c->file.nr_variants + 1);
}

void suite_consider(char **near, const char *what, const char *name)
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

		suite_consider(&near, what, c->name);
		for (size_t v = 0; v < c->nr_variants; v++) {
			char *name = text("%s.%s", c->name, c->variants[v].name);

			if (strncmp(name, what, strlen(c->name)) || strchr(what, '.'))
				suite_consider(&near, what, name);
			free(name);
		}
	}
	error = near ? text("unknown case \"%s\"; near: %s", what, near) :
		text("unknown case \"%s\": see kvm-errata list", what);
	free(near);
	return error;
}

/* Select @what, CASE, CASE.VARIANT or CASE.VARIANT.KEY; return 0 if there is no such thing. */
static size_t select_named(struct suite *s, const char *what)
{
	size_t n = strcspn(what, "."), nr = 0;
	char *name = text("%.*s", (int)n, what);
	char *variant = what[n] ? text("%.*s", (int)strcspn(what + n + 1, "."), what + n + 1) : NULL;

	for (size_t i = 0; i < s->nr_cases; i++) {
		struct suite_case *c = &s->cases[i];

		if (fnmatch(name, c->file.name, 0))
			continue;
		if (!variant) {
			select_case(c);
			nr++;
		}
		for (size_t v = 0; variant && v < c->file.nr_variants; v++) {
			if (!fnmatch(variant, c->file.variants[v].name, 0)) {
				c->selected[v] = true;
				nr++;
			}
		}
	}
	free(variant);
	free(name);
	return nr;
}

char *suite_select(struct suite *s, const char *what)
{
	if (strchr(what, '/')) {
		select_case(suite_add(s, what));
		return NULL;
	}
	return select_named(s, what) ? NULL : unknown(s, what);
}

char *suite_read_selected(struct suite *s, const char *directory, char **operands, int nr)
{
	char *error = suite_read(s, directory);

	if (!error && !nr)
		suite_select_all(s);
	for (int i = 0; i < nr && !error; i++)
		error = suite_select(s, operands[i]);
	return error;
}

static char *find_twice(const struct suite *s)
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

char *suite_plan(struct suite *s, struct plan *plan)
{
	*plan = (struct plan) {};
	if (s->nr_cases)
		qsort(s->cases, s->nr_cases, sizeof(*s->cases), by_name);
	for (size_t i = 0; i < s->nr_cases; i++) {
		const struct suite_case *c = &s->cases[i];

		if (c->broken && suite_is_selected(c))
			plan_add(plan, c->file.name, c->broken);
		for (size_t v = 0; !c->broken && v < c->file.nr_variants; v++) {
			char *name = text("%s.%s", c->file.name, c->file.variants[v].name);

			if (c->selected[v])
				plan_add(plan, name, NULL);
			free(name);
		}
	}
	return find_twice(s);
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

bool suite_has_selected(const struct suite_case *c, const char *id)
{
	const struct vm_note *v = case_variant(&c->file, id);

	return v && c->selected[v - c->file.variants];
}

void suite_free(struct suite *s)
{
	for (size_t i = 0; i < s->nr_cases; i++) {
		case_free(&s->cases[i].file);
		free(s->cases[i].broken);
		free(s->cases[i].selected);
	}
	free(s->cases);
}
