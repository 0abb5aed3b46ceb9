// SPDX-License-Identifier: GPL-2.0-only
#include "judge/expectations.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "judge/source.h"
#include "text.h"

const struct expectation *expectations_of(struct expectations *e, const char *name, size_t n)
{
	struct expectation *new;
	char *path;

	for (size_t i = 0; i < e->nr; i++) {
		if (!strncmp(e->list[i]->name, name, n) && !e->list[i]->name[n])
			return e->list[i];
	}
	new = xrealloc(NULL, sizeof(*new));
	*new = (struct expectation) { .name = text("%.*s", (int)n, name) };
	path = text("%s/%s", e->directory, new->name);
	new->error = expected_read(&new->expected, path);
	free(path);
	APPEND(e->list, e->nr, new);
	return new;
}

/* Skip backups, hidden files, on/ and background. */
static int is_expectation(const struct dirent *d)
{
	return !d->d_name[strcspn(d->d_name, ".~#")] && strcmp(d->d_name, "on") &&
	       strcmp(d->d_name, "background");
}

static char *read_environment(struct expectations *e, const char *path)
{
	char *words, *error;
	size_t size;

	APPEND(e->environments, e->nr_environments, (struct environment) {});
	error = source_read(path, &words, &size);
	if (!error)
		error = environment_parse(&e->environments[e->nr_environments - 1], path, words, size);
	free(words);
	return error;
}

char *expectations_open(struct expectations *e, const char *directory)
{
	char *on = text("%s/on", directory), *error = NULL;
	struct dirent **names;
	int n = scandir(on, &names, is_expectation, alphasort);

	*e = (struct expectations) { .directory = directory };
	if (n < 0 && errno != ENOENT && errno != ENOTDIR)
		error = text("%s: %s", on, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *path = text("%s/%s", on, names[i]->d_name);

		if (!error)
			error = read_environment(e, path);
		free(path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(on);
	return error;
}

const struct value *expectations_value(const struct expectations *e, const char *id,
				       const char *observed, const struct facts *facts,
				       bool *is_known)
{
	const struct value *value = NULL;

	for (size_t i = 0; i < e->nr_environments && !value; i++) {
		value = environment_value(&e->environments[i], id, observed, facts);
		*is_known = e->environments[i].is_known;
	}
	return value;
}

static int by_name(const void *a, const void *b)
{
	const struct expectation *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

char *expectations_read_all(struct expectations *e)
{
	struct dirent **names;
	int n = scandir(e->directory, &names, is_expectation, NULL);

	if (n < 0)
		return text("%s: %s", e->directory, strerror(errno));
	for (int i = 0; i < n; i++) {
		expectations_of(e, names[i]->d_name, strlen(names[i]->d_name));
		free(names[i]);
	}
	free(names);
	if (e->nr)
		qsort(e->list, e->nr, sizeof(*e->list), by_name);
	return n ? NULL : text("%s: no expectations in it", e->directory);
}

void expectations_free(struct expectations *e)
{
	for (size_t i = 0; i < e->nr; i++) {
		expected_free(&e->list[i]->expected);
		free(e->list[i]->name);
		free(e->list[i]->error);
		free(e->list[i]);
	}
	free(e->list);
	for (size_t i = 0; i < e->nr_environments; i++)
		environment_free(&e->environments[i]);
	free(e->environments);
}
