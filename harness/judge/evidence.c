// SPDX-License-Identifier: GPL-2.0-only
#include "judge/judge.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record/read.h"
#include "text.h"

/* An observation in a record that matches a line of expected/. */
struct sight {
	const struct value *line;
	char *id;
	size_t record;
};

struct evidence {
	char **platforms;
	size_t nr_platforms;
	struct sight *sights;		/* sorted by line and id */
	size_t nr_sights;
	char *wrong;			/* the first deviation of the record that is being read */
};

/* Return the line of expected/ that @s matches; NULL: none. */
static const struct value *line_of(const struct seen *s)
{
	if (s->verdict == VERDICT_KNOWN)
		return s->known;
	return s->verdict == VERDICT_OK && s->row ? &s->row->documented : NULL;
}

static void see(struct evidence *e, const struct seen *s)
{
	/* Ignore observations that were added or removed after the record was made. */
	if (s->verdict == VERDICT_SKIP || s->verdict == VERDICT_MISSING ||
	    (!s->row && !s->contradicts && s->observed && !strcmp(s->observed, end_name(END_DONE))))
		return;
	if (s->verdict != VERDICT_OK && s->verdict != VERDICT_KNOWN) {
		if (!e->wrong)
			e->wrong = text("%s: %s", s->id, s->contradicts ? s->reason :
					s->observed ? s->observed : "never observed");
		return;
	}
	if (line_of(s))
		APPEND(e->sights, e->nr_sights,
		       (struct sight) { line_of(s), text("%s", s->id), e->nr_platforms });
}

static void result(void *context, const struct result *r)
{
	for (size_t i = 0; i < r->nr; i++)
		see(context, &r->list[i]);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	struct evidence *e = context;

	(void)c;
	if (t->failed && !e->wrong)
		e->wrong = text("%s", t->failed);
}

/* Return NULL, or an error. */
static char *read_record(struct evidence *e, const char *path, struct expectations *expectations)
{
	const struct result_sink sink = { .result = result, .end = end, .context = e };
	struct session session = { .expectations = expectations, .sinks = &sink, .nr_sinks = 1 };
	struct stat st;
	char *error;

	/* Opening a FIFO would wait for its writer. */
	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return text("%s: is not a regular file", path);
	error = session_read_file(&session, path);
	if (!error && e->wrong)
		error = text("%s: contradicts expected/: %s", path, e->wrong);
	free(e->wrong);
	e->wrong = NULL;
	return error;
}

static int by_line_and_id(const void *a, const void *b)
{
	const struct sight *x = a, *y = b;

	if (x->line != y->line)
		return (uintptr_t)x->line < (uintptr_t)y->line ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Return the name of the file at @path, without its suffix. */
static char *platform_of(const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	return text("%.*s", (int)(strrchr(name, '.') - name), name);
}

struct evidence *evidence_read(const char *directory, struct expectations *expectations,
			       char **error)
{
	struct evidence *e = xrealloc(NULL, sizeof(*e));
	struct found found;

	*e = (struct evidence) {};
	*error = record_find_in(&found, directory);
	for (size_t i = 0; i < found.nr && !*error; i++) {
		*error = read_record(e, found.paths[i], expectations);
		APPEND(e->platforms, e->nr_platforms, platform_of(found.paths[i]));
	}
	found_free(&found);
	if (e->nr_sights)
		qsort(e->sights, e->nr_sights, sizeof(*e->sights), by_line_and_id);
	if (*error) {
		evidence_free(e);
		return NULL;
	}
	return e;
}

void evidence_free(struct evidence *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->nr_platforms; i++)
		free(e->platforms[i]);
	for (size_t i = 0; i < e->nr_sights; i++)
		free(e->sights[i].id);
	free(e->platforms);
	free(e->sights);
	free(e);
}

static bool is_shown(const struct evidence *e, const struct value *line, const char *id)
{
	const struct sight key = { .line = line, .id = (char *)id };

	return e->nr_sights &&
	       bsearch(&key, e->sights, e->nr_sights, sizeof(*e->sights), by_line_and_id);
}

bool evidence_confirms(const struct evidence *e, const struct seen *s)
{
	return line_of(s) && is_shown(e, line_of(s), s->id);
}

bool evidence_is_new(const struct evidence *e, const struct seen *s)
{
	return line_of(s) && !is_shown(e, line_of(s), s->id);
}

static bool is_line_of(const struct check *c, const struct value *line, bool known)
{
	for (size_t i = 0; i < c->nr_rows; i++) {
		if (!known && line == &c->rows[i]->documented)
			return true;
		for (const struct value *v = c->rows[i]->known; known && v; v = v->next) {
			if (line == v)
				return true;
		}
	}
	return false;
}

char *evidence_platforms(const struct evidence *e, const struct check *c, bool known)
{
	char *platforms = NULL;

	for (size_t n = 0; n < e->nr_platforms; n++) {
		size_t i = 0;

		while (i < e->nr_sights && (e->sights[i].record != n ||
					    !is_line_of(c, e->sights[i].line, known)))
			i++;
		if (i < e->nr_sights)
			platforms = text_append(platforms, "%s%s", platforms ? ", " : "",
						e->platforms[n]);
	}
	return platforms;
}
