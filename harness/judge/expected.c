// SPDX-License-Identifier: GPL-2.0-only
#include "judge/expected.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_ALTERNATIVES	256	/* checks that one line stands for */
#define MAX_LINE		4096	/* bounds what expand() recurses into */

struct parser {
	struct expected *e;
	unsigned int line;
	struct statement *statement;	/* the one above */
	const char *decided_by;
	unsigned int last;		/* the line of the checks above: what "known" adds to */
	bool checked;			/* the statement above has a check */
	bool quoting;			/* indented lines are the statement's words */
};

/* "a.{b,c}.d{e,f}" to each of its ids, by expanding the first brace. */
static char *expand(const char *pattern, char **ids, size_t *n)
{
	const char *open = strchr(pattern, '{'), *close, *p;
	char *error = NULL;

	if (!open) {
		if (*n == MAX_ALTERNATIVES)
			return text("stands for more than %d checks", MAX_ALTERNATIVES);
		ids[(*n)++] = text("%s", pattern);
		return NULL;
	}
	close = strchr(open, '}');
	if (!close)
		return text("'{' without '}'");
	for (p = open + 1; p <= close && !error; ) {
		size_t length = strcspn(p, ",}");
		char *one = text("%.*s%.*s%s", (int)(open - pattern), pattern, (int)length, p,
				 close + 1);

		error = expand(one, ids, n);
		free(one);
		p += length + 1;
	}
	return error;
}

static char *check_id(const char *id)
{
	size_t dots = 0;

	for (const char *p = id; *p; p++) {
		dots += *p == '.';
		if (!isalnum((unsigned char)*p) && !strchr(".-_+", *p))
			return text("'%c' in \"%s\", expected VARIANT.KEY of letters, digits, "
				    "'.', '-', '_' and '+'", *p, id);
	}
	if (!dots || id[0] == '.' || id[strlen(id) - 1] == '.')
		return text("\"%s\" is no check, expected VARIANT.KEY", id);
	if (!strcmp(strchr(id, '.'), ".complete"))
		return text("\"%s\" is there of itself: that the guest came to its end", id);
	return NULL;
}

static struct check *find_check(struct expected *e, const char *id)
{
	for (size_t i = 0; i < e->nr_checks; i++) {
		if (!strcmp(e->checks[i].id, id))
			return &e->checks[i];
	}
	e->checks = xrealloc(e->checks, (e->nr_checks + 1) * sizeof(*e->checks));
	e->checks[e->nr_checks] = (struct check) { .id = text("%s", id) };
	return &e->checks[e->nr_checks++];
}

static char *add_row(struct parser *p, const char *id, const struct value *v)
{
	struct row *row, **end;
	struct check *check;
	char *error = check_id(id);

	if (error)
		return error;
	check = find_check(p->e, id);
	for (end = &check->rows; *end; end = &(*end)->next) {
		if (condition_implies(&v->on, &(*end)->documented.on))
			return text("can never count: line %u takes %s wherever this one holds",
				    (*end)->line, id);
	}
	row = xrealloc(NULL, sizeof(*row));
	*row = (struct row) {
		.statement = p->statement, .decided_by = p->decided_by, .line = p->line,
	};
	value_copy(&row->documented, v);
	*end = row;
	return NULL;
}

static char *parse_check(struct parser *p, char *s)
{
	char *ids[MAX_ALTERNATIVES] = {}, *pattern = value_word(&s), *error;
	struct value v = {};
	size_t n = 0;

	if (!p->statement || p->statement->background || !p->decided_by)
		return text("a check without citation, expected a \"statement\" and a "
			    "\"decided by\" above it");
	p->checked = true;
	error = pattern ? value_parse(s, &v) : text("expected VARIANT.KEY");
	if (!error && v.value && v.why)
		error = text("\": WHY\" means nothing here: it is for \"skip\" and \"known\"");
	if (!error)
		error = expand(pattern, ids, &n);
	for (size_t i = 0; i < n && !error; i++)
		error = add_row(p, ids[i], &v);
	for (size_t i = 0; i < n; i++)
		free(ids[i]);
	value_free(&v);
	return error;
}

/* Adds to the rows of the line above, the last of each of its checks. */
static char *parse_known(struct parser *p, char *s)
{
	struct value v = {};
	char *error = value_parse(s, &v);
	bool added = false;

	if (!error && (!v.value || !v.why)) {
		value_free(&v);
		return text("expected \"known VALUE [on CONDITION...]: WHY\"");
	}
	for (size_t i = 0; i < p->e->nr_checks && !error; i++) {
		struct row *r = p->e->checks[i].rows;
		struct value **end;

		while (r && r->next)
			r = r->next;
		if (!r || r->line != p->last)
			continue;
		if (!r->documented.value)
			error = text("\"known\" of a skip: nothing is seen there");
		else if (!strcmp(r->documented.value, v.value))
			error = text("\"known %s\" is what is documented", v.value);
		for (end = &r->known; *end && !error; end = &(*end)->next) {
			if (condition_implies(&v.on, &(*end)->on))
				error = text("can never count: another \"known\" holds "
					     "wherever this one does");
		}
		if (error)
			break;
		*end = xrealloc(NULL, sizeof(**end));
		value_copy(*end, &v);
		added = true;
	}
	value_free(&v);
	if (!error && !added)
		error = text("\"known\" without a check above it");
	return error;
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
	p->e->statements = xrealloc(p->e->statements, (p->e->nr_statements + 1) *
				    sizeof(*p->e->statements));
	p->e->statements[p->e->nr_statements++] = new;
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
	p->e->decided_by = xrealloc(p->e->decided_by, (p->e->nr_decided_by + 1) *
				    sizeof(*p->e->decided_by));
	p->e->decided_by[p->e->nr_decided_by] = text("%s", value_trim(s));
	p->decided_by = p->e->decided_by[p->e->nr_decided_by++];
	return NULL;
}

static char *parse_line(struct parser *p, char *s)
{
	bool indented = *s == ' ' || *s == '\t';

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
	p->last = p->line;
	return parse_check(p, s);
}

char *expected_parse(struct expected *e, const char *path, const char *words, size_t size)
{
	struct parser p = { .e = e };
	const char *end = words + size;
	char *error = NULL;

	*e = (struct expected) { .path = text("%s", path) };
	while (!error && words < end) {
		const char *newline = memchr(words, '\n', end - words);
		size_t n = newline ? (size_t)(newline - words) : (size_t)(end - words);
		char *line = text("%.*s", (int)n, words);

		p.line++;
		if (strlen(line) != n)
			error = text("a NUL byte, expected text");
		else if (n > MAX_LINE)
			error = text("%zu bytes, expected at most %d in a line", n, MAX_LINE);
		else
			error = parse_line(&p, line);
		words += n + 1;
		free(line);
	}
	if (!error)
		error = end_statement(&p);
	if (!error && !e->nr_checks)
		error = text("expected at least one check");
	if (error) {
		char *what = error;

		error = text("%s:%u: %s", path, p.line, what);
		free(what);
	}
	return error;
}

static void free_row(struct row *r)
{
	while (r->known) {
		struct value *next = r->known->next;

		value_free(r->known);
		free(r->known);
		r->known = next;
	}
	value_free(&r->documented);
	free(r);
}

void expected_free(struct expected *e)
{
	for (size_t i = 0; i < e->nr_checks; i++) {
		while (e->checks[i].rows) {
			struct row *next = e->checks[i].rows->next;

			free_row(e->checks[i].rows);
			e->checks[i].rows = next;
		}
		free(e->checks[i].id);
	}
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
	free(e->checks);
	free(e->path);
}

const struct row *expected_row(const struct check *c, const struct facts *p)
{
	for (const struct row *r = c->rows; r; r = r->next) {
		if (condition_holds(&r->documented.on, p))
			return r;
	}
	return NULL;
}

const struct value *expected_known(const struct row *r, const struct facts *p)
{
	for (const struct value *v = r->known; v; v = v->next) {
		if (condition_holds(&v->on, p))
			return v;
	}
	return NULL;
}
