// SPDX-License-Identifier: GPL-2.0-only
#include "judge/expected.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "judge/source.h"
#include "text.h"

struct parser {
	struct expected *e;
	unsigned int line;
	struct statement *statement;	/* the one above */
	const char *decided_by;
	struct row *last;		/* the row above: what "known" adds to */
	bool checked;			/* the statement above has a check */
	bool quoting;			/* indented lines are the statement's words */
};

static char *validate_id(const char *id)
{
	const char *key;

	for (const char *p = id; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr(".-_+", *p))
			return text("'%c' in \"%s\", expected VARIANT.KEY of letters, digits, "
				    "'.', '-', '_' and '+'", *p, id);
	}
	key = strchr(id, '.');
	if (!key || id[0] == '.' || id[strlen(id) - 1] == '.')
		return text("\"%s\" is no check, expected VARIANT.KEY", id);
	if (!strcmp(key, ".complete"))
		return text("\"%s\" is there of itself: that the guest came to its end", id);
	return NULL;
}

bool row_has(const struct row *r, const char *id)
{
	for (size_t i = 0; i < r->nr_ids; i++) {
		if (!strcmp(r->ids[i], id))
			return true;
	}
	return false;
}

static void list_check(struct expected *e, const char *id)
{
	for (size_t i = 0; i < e->nr_checks; i++) {
		if (!strcmp(e->checks[i], id))
			return;
	}
	APPEND(e->checks, e->nr_checks, id);
}

/* Whether @r can count for each of its checks: no row above always takes one. */
static char *validate_row(const struct expected *e, const struct row *r)
{
	for (size_t i = 0; i < r->nr_ids; i++) {
		char *error = validate_id(r->ids[i]);

		for (size_t j = 0; j < e->nr_rows && !error; j++) {
			if (row_has(e->rows[j], r->ids[i]) &&
			    condition_implies(&r->documented.on, &e->rows[j]->documented.on))
				error = text("can never count: line %u takes %s wherever this one holds",
					     e->rows[j]->line, r->ids[i]);
		}
		if (error)
			return error;
	}
	return NULL;
}

static void free_row(struct row *r)
{
	while (r->known) {
		struct value *next = r->known->next;

		value_free(r->known);
		free(r->known);
		r->known = next;
	}
	for (size_t i = 0; i < r->nr_ids; i++)
		free(r->ids[i]);
	free(r->ids);
	value_free(&r->documented);
	free(r);
}

static char *parse_check(struct parser *p, char *s)
{
	char *pattern = value_word(&s), *error;
	struct expected *e = p->e;
	struct row *r;

	if (!p->statement || p->statement->background || !p->decided_by)
		return text("a check without citation, expected a \"statement\" and a "
			    "\"decided by\" above it");
	p->checked = true;
	r = xrealloc(NULL, sizeof(*r));
	*r = (struct row) {
		.ids = xrealloc(NULL, MAX_ALTERNATIVES * sizeof(*r->ids)), .line = p->line,
		.statement = p->statement, .decided_by = p->decided_by,
	};
	error = pattern ? value_parse(s, &r->documented) : text("expected VARIANT.KEY");
	if (!error && r->documented.value && r->documented.why)
		error = text("\": WHY\" means nothing here: it is for \"skip\" and \"known\"");
	if (!error)
		error = source_expand(pattern, r->ids, &r->nr_ids);
	if (!error)
		error = validate_row(e, r);
	if (error) {
		free_row(r);
		return error;
	}
	r->ids = xrealloc(r->ids, r->nr_ids * sizeof(*r->ids));
	for (size_t i = 0; i < r->nr_ids; i++)
		list_check(e, r->ids[i]);
	APPEND(e->rows, e->nr_rows, r);
	p->last = r;
	return NULL;
}

static char *validate_known(const struct row *r, const struct value *v)
{
	if (!v->value || !v->why)
		return text("expected \"known VALUE [on CONDITION...]: WHY\"");
	if (!r)
		return text("\"known\" without a check above it");
	if (!r->documented.value)
		return text("\"known\" of a skip: nothing is seen there");
	if (!strcmp(r->documented.value, v->value))
		return text("\"known %s\" is what is documented", v->value);
	for (const struct value *other = r->known; other; other = other->next) {
		if (condition_implies(&v->on, &other->on))
			return text("can never count: another \"known\" holds wherever this one does");
	}
	return NULL;
}

/* Of the row above. */
static char *parse_known(struct parser *p, char *s)
{
	struct value *v = xrealloc(NULL, sizeof(*v)), **end;
	char *error;

	*v = (struct value) {};
	error = value_parse(s, v);
	if (!error)
		error = validate_known(p->last, v);
	if (error) {
		value_free(v);
		free(v);
		return error;
	}
	for (end = &p->last->known; *end; end = &(*end)->next)
		;
	*end = v;
	return NULL;
}

/* Each statement has a check, or says why not. */
static char *end_statement(const struct parser *p)
{
	if (!p->statement || p->statement->background || p->checked)
		return NULL;
	return text("no check below the statement of line %u, expected one, or \"background\"",
		    p->statement->line);
}

static char *parse_statement(struct parser *p, char *s, bool background)
{
	char *error = end_statement(p), *document, *quote, *end, *since, *why;
	struct statement *new;

	if (error)
		return error;
	document = value_word(&s);
	quote = strchr(s, '"');
	end = quote ? strchr(quote + 1, '"') : NULL;
	if (!document || !end)
		return text("expected: statement DOCUMENT \"SECTION\" since VERSION");
	*end = '\0';
	s = end + 1;
	why = strstr(s, ": ");
	if (!background != !why)
		return text(background ? "background without its reason, expected \": WHY\"" :
			    "\": \" means nothing here");
	if (why)
		*why = '\0';
	since = value_word(&s);
	if (!since || strcmp(since, "since") || !(since = value_word(&s)) || value_word(&s))
		return text("expected \"since VERSION\" behind the section");
	new = xrealloc(NULL, sizeof(*new));
	*new = (struct statement) {
		.document = text("%s", document), .section = text("%s", quote + 1),
		.since = text("%s", since), .words = text("%s", ""), .line = p->line,
		.background = why ? text("%s", value_trim(why + 2)) : NULL,
	};
	APPEND(p->e->statements, p->e->nr_statements, new);
	p->statement = new;
	p->decided_by = NULL;
	p->quoting = true;
	p->checked = false;
	return NULL;
}

static char *parse_decided_by(struct parser *p, char *s)
{
	if (!*value_trim(s))
		return text("expected: decided by FILE FUNCTION()");
	APPEND(p->e->decided_by, p->e->nr_decided_by, text("%s", value_trim(s)));
	p->decided_by = p->e->decided_by[p->e->nr_decided_by - 1];
	return NULL;
}

static char *parse_line(void *context, char *s, unsigned int number)
{
	struct parser *p = context;
	bool indented = *s == ' ' || *s == '\t';

	p->line = number;
	s = value_trim(s);
	if (!*s || *s == '#')
		return NULL;
	if (indented && p->quoting) {
		p->statement->words = text_append(p->statement->words, "%s%s",
						  *p->statement->words ? " " : "", s);
		return NULL;
	}
	p->quoting = false;
	if (indented && !strncmp(s, "known ", 6))
		return parse_known(p, s + 6);
	if (indented)
		return text("\"%s\" is indented, expected \"known\" there", s);
	if (!strncmp(s, "statement ", 10))
		return parse_statement(p, s + 10, false);
	if (!strncmp(s, "background ", 11))
		return parse_statement(p, s + 11, true);
	if (!strncmp(s, "decided by ", 11))
		return parse_decided_by(p, s + 11);
	p->last = NULL;
	return parse_check(p, s);
}

char *expected_read(struct expected *e, const char *path)
{
	struct parser p = { .e = e };
	char *words, *error, *what;
	size_t size;

	*e = (struct expected) { .path = text("%s", path) };
	error = source_read(path, &words, &size);
	if (!error)
		error = source_parse(path, words, size, parse_line, &p);
	free(words);
	if (error)
		return error;
	what = end_statement(&p);
	if (!what && !e->nr_checks)
		what = text("expected at least one check");
	error = what ? text("%s:%u: %s", path, p.line, what) : NULL;
	free(what);
	return error;
}

void expected_free(struct expected *e)
{
	for (size_t i = 0; i < e->nr_rows; i++)
		free_row(e->rows[i]);
	for (size_t i = 0; i < e->nr_statements; i++) {
		free(e->statements[i]->document);
		free(e->statements[i]->section);
		free(e->statements[i]->since);
		free(e->statements[i]->words);
		free(e->statements[i]->background);
		free(e->statements[i]);
	}
	for (size_t i = 0; i < e->nr_decided_by; i++)
		free(e->decided_by[i]);
	free(e->decided_by);
	free(e->statements);
	free(e->rows);
	free(e->checks);
	free(e->path);
}

const struct row *expected_first(const struct expected *e, const char *id)
{
	size_t i = 0;

	while (!row_has(e->rows[i], id))
		i++;
	return e->rows[i];
}

const struct row *expected_row(const struct expected *e, const char *id, const struct facts *facts)
{
	for (size_t i = 0; i < e->nr_rows; i++) {
		if (row_has(e->rows[i], id) && condition_holds(&e->rows[i]->documented.on, facts))
			return e->rows[i];
	}
	return NULL;
}

const struct value *expected_known(const struct row *r, const struct facts *facts)
{
	for (const struct value *v = r->known; v; v = v->next) {
		if (condition_holds(&v->on, facts))
			return v;
	}
	return NULL;
}
