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
	struct statement *statement;	/* the statement above, and what decides it */
	const char *decided_by;
	struct check *check;		/* the check above, to which rows are added */
	struct row *row;		/* the row above, to which "known" is added */
	bool checked;			/* the statement above has a check */
	bool quoting;			/* indented lines are the statement's words */
};

static char *validate_id(const char *id)
{
	for (const char *p = id; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr(".-_+", *p))
			return text("'%c' in \"%s\", expected VARIANT.KEY of letters, digits, "
				    "'.', '-', '_' and '+'", *p, id);
	}
	if (!strchr(id, '.') || id[0] == '.' || id[strlen(id) - 1] == '.')
		return text("\"%s\" is not an observation, expected VARIANT.KEY", id);
	if (!strcmp(strchr(id, '.'), ".complete"))
		return text("\"%s\" is reserved: it says how the guest ended", id);
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

static bool check_has(const struct check *c, const char *id)
{
	for (size_t i = 0; i < c->nr_ids; i++) {
		if (!strcmp(c->ids[i], id))
			return true;
	}
	return false;
}

bool check_has_variant(const struct check *c, const char *variant)
{
	for (size_t i = 0; i < c->nr_ids; i++) {
		if (observation_key(c->ids[i], variant))
			return true;
	}
	return false;
}

const struct check *expected_check(const struct expected *e, const char *name)
{
	for (size_t i = 0; i < e->nr_checks; i++) {
		if (!strcmp(e->checks[i]->name, name))
			return e->checks[i];
	}
	return NULL;
}

const struct check *expected_owner(const struct expected *e, const char *id)
{
	for (size_t i = 0; i < e->nr_checks; i++) {
		if (check_has(e->checks[i], id))
			return e->checks[i];
	}
	return NULL;
}

/* Refuse @id if it is another check's, or if a row above @r always applies before it. */
static char *validate_observation(const struct expected *e, const struct check *c,
				  const struct row *r, const char *id)
{
	const struct check *owner = expected_owner(e, id);
	char *error = validate_id(id);

	if (error)
		return error;
	if (owner && owner != c)
		return text("%s belongs to check %s of line %u, expected it in one check only", id,
			    owner->name, owner->line);
	for (size_t i = 0; i < c->nr_rows; i++) {
		if (row_has(c->rows[i], id) &&
		    condition_implies(&r->documented.on, &c->rows[i]->documented.on))
			return text("can never count: line %u takes %s wherever this one holds",
				    c->rows[i]->line, id);
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

static char *parse_row(struct parser *p, char *s)
{
	char *pattern = value_word(&s), *error;
	struct row *r = xrealloc(NULL, sizeof(*r));

	*r = (struct row) {
		.ids = xrealloc(NULL, MAX_ALTERNATIVES * sizeof(*r->ids)), .line = p->line,
		.documented.line = p->line,
	};
	error = value_parse(s, &r->documented);
	if (!error && r->documented.value && r->documented.why)
		error = text("\": WHY\" means nothing here: it is for \"skip\" and \"known\"");
	if (!error)
		error = source_expand(pattern, r->ids, &r->nr_ids);
	for (size_t i = 0; i < r->nr_ids && !error; i++)
		error = validate_observation(p->e, p->check, r, r->ids[i]);
	if (error) {
		free_row(r);
		return error;
	}
	r->ids = xrealloc(r->ids, r->nr_ids * sizeof(*r->ids));
	for (size_t i = 0; i < r->nr_ids; i++) {
		if (!check_has(p->check, r->ids[i]))
			APPEND(p->check->ids, p->check->nr_ids, r->ids[i]);
	}
	APPEND(p->check->rows, p->check->nr_rows, r);
	p->row = r;
	return NULL;
}

static char *validate_known(const struct row *r, const struct value *v)
{
	if (!v->value || !v->why)
		return text("expected \"known VALUE [on CONDITION...]: WHY\"");
	if (!r)
		return text("\"known\" without a row above it");
	if (!r->documented.value)
		return text("\"known\" below a skip: nothing is observed there");
	if (!strcmp(r->documented.value, v->value))
		return text("\"known %s\" is what is documented", v->value);
	for (const struct value *other = r->known; other; other = other->next) {
		if (condition_implies(&v->on, &other->on))
			return text("can never count: another \"known\" holds wherever this one does");
	}
	return NULL;
}

/* Parse "known", for the row above. */
static char *parse_known(struct parser *p, char *s)
{
	struct value *v = xrealloc(NULL, sizeof(*v)), **end;
	char *error;

	*v = (struct value) { .line = p->line };
	error = value_parse(s, v);
	if (!error)
		error = validate_known(p->row, v);
	if (error) {
		value_free(v);
		free(v);
		return error;
	}
	for (end = &p->row->known; *end; end = &(*end)->next)
		;
	*end = v;
	return NULL;
}

static bool may_deviate(const struct check *c, const char *id)
{
	for (size_t i = 0; i < c->nr_rows; i++) {
		if (c->rows[i]->known && row_has(c->rows[i], id))
			return true;
	}
	return false;
}

/* Validate that a check has rows, and that all of its observations have a "known", or none. */
static char *end_check(const struct parser *p)
{
	const struct check *c = p->check;
	const char *known = NULL, *other = NULL;

	if (!c)
		return NULL;
	for (size_t i = 0; i < c->nr_ids; i++)
		*(may_deviate(c, c->ids[i]) ? &known : &other) = c->ids[i];
	if (!c->nr_rows)
		return text("no row below check %s of line %u, expected VARIANT.KEY VALUE", c->name,
			    c->line);
	if (known && other)
		return text("check %s of line %u: %s has a known deviation, and %s has none: "
			    "expected them in two checks", c->name, c->line, known, other);
	return NULL;
}

static char *end_statement(const struct parser *p)
{
	char *error = end_check(p);

	if (error || !p->statement || p->checked)
		return error;
	return text("no check below the statement of line %u", p->statement->line);
}

static char *parse_check(struct parser *p, char *s)
{
	char *sentence = strstr(s, ": "), *error = end_check(p);
	struct check *c;

	if (error)
		return error;
	if (!p->statement || !p->decided_by)
		return text("a check without citation, expected a \"statement\" and a "
			    "\"decided by\" above it");
	if (!sentence)
		return text("expected \"check NAME: SENTENCE\"");
	*sentence = '\0';
	sentence = value_trim(sentence + 2);
	error = name_validate(s);
	if (!error && (!strcmp(s, "complete") || !strcmp(s, "description")))
		error = text("\"%s\" is reserved for a check that each case has", s);
	if (!error && expected_check(p->e, s))
		error = text("a second check %s: the first is in line %u, expected another name", s,
			     expected_check(p->e, s)->line);
	if (error)
		return error;
	c = xrealloc(NULL, sizeof(*c));
	*c = (struct check) {
		.name = text("%s", s), .sentence = text_printable(sentence), .line = p->line,
		.statement = p->statement, .decided_by = p->decided_by,
	};
	APPEND(p->e->checks, p->e->nr_checks, c);
	p->check = c;
	p->checked = true;
	return NULL;
}

static char *parse_statement(struct parser *p, char *s)
{
	char *error = end_statement(p), *document, *quote, *end, *since;
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
	since = value_word(&s);
	if (!since || strcmp(since, "since") || !(since = value_word(&s)) || value_word(&s))
		return text("expected \"since VERSION\" after the section");
	new = xrealloc(NULL, sizeof(*new));
	*new = (struct statement) {
		.document = text("%s", document), .section = text("%s", quote + 1),
		.since = text("%s", since), .words = text("%s", ""), .line = p->line,
	};
	APPEND(p->e->statements, p->e->nr_statements, new);
	p->statement = new;
	p->decided_by = NULL;
	p->check = NULL;
	p->quoting = true;
	p->checked = false;
	return NULL;
}

static char *parse_decided_by(struct parser *p, char *s)
{
	char *error = end_check(p);

	if (error)
		return error;
	if (!*value_trim(s))
		return text("expected: decided by FILE FUNCTION()");
	APPEND(p->e->decided_by, p->e->nr_decided_by, text("%s", value_trim(s)));
	p->decided_by = p->e->decided_by[p->e->nr_decided_by - 1];
	p->check = NULL;
	return NULL;
}

static char *parse_indented(struct parser *p, char *s)
{
	if (p->quoting) {
		p->statement->words = text_append(p->statement->words, "%s%s",
						  *p->statement->words ? " " : "", s);
		return NULL;
	}
	if (!strncmp(s, "known ", 6))
		return parse_known(p, s + 6);
	if (!p->check)
		return text("\"%s\" is indented, expected a check above it", s);
	return parse_row(p, s);
}

static char *parse_line(void *context, char *s, unsigned int number)
{
	struct parser *p = context;
	bool indented = *s == ' ' || *s == '\t';
	char *error;

	p->line = number;
	s = value_trim(s);
	if (!*s || *s == '#')
		return NULL;
	if (reasons_take(&p->e->reasons, s, indented, number, &error))
		return error;
	if (indented)
		return parse_indented(p, s);
	p->quoting = false;
	p->row = NULL;
	if (!strncmp(s, "statement ", 10))
		return parse_statement(p, s + 10);
	if (!strncmp(s, "decided by ", 11))
		return parse_decided_by(p, s + 11);
	if (!strncmp(s, "check ", 6))
		return parse_check(p, s + 6);
	return text("\"%s\" is unknown here, expected statement, decided by, check or reason", s);
}

static char *resolve_all(struct expected *e)
{
	char *error = NULL;

	for (size_t c = 0; c < e->nr_checks; c++) {
		for (size_t i = 0; i < e->checks[c]->nr_rows && !error; i++) {
			struct row *r = e->checks[c]->rows[i];

			error = reasons_resolve(&e->reasons, &r->documented, e->path);
			for (struct value *v = r->known; v && !error; v = v->next)
				error = reasons_resolve(&e->reasons, v, e->path);
		}
	}
	return error ? error : reasons_end(&e->reasons, e->path);
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
	error = what ? text("%s:%u: %s", path, p.line, what) : resolve_all(e);
	free(what);
	return error;
}

void expected_free(struct expected *e)
{
	for (size_t c = 0; c < e->nr_checks; c++) {
		for (size_t i = 0; i < e->checks[c]->nr_rows; i++)
			free_row(e->checks[c]->rows[i]);
		free(e->checks[c]->rows);
		free(e->checks[c]->ids);
		free(e->checks[c]->sentence);
		free(e->checks[c]->name);
		free(e->checks[c]);
	}
	for (size_t i = 0; i < e->nr_statements; i++) {
		free(e->statements[i]->document);
		free(e->statements[i]->section);
		free(e->statements[i]->since);
		free(e->statements[i]->words);
		free(e->statements[i]);
	}
	for (size_t i = 0; i < e->nr_decided_by; i++)
		free(e->decided_by[i]);
	reasons_free(&e->reasons);
	free(e->decided_by);
	free(e->statements);
	free(e->checks);
	free(e->path);
}

const struct row *check_row(const struct check *c, const char *id, const struct facts *facts)
{
	for (size_t i = 0; i < c->nr_rows; i++) {
		if (row_has(c->rows[i], id) && condition_holds(&c->rows[i]->documented.on, facts))
			return c->rows[i];
	}
	return NULL;
}

const struct value *row_known(const struct row *r, const struct facts *facts)
{
	for (const struct value *v = r->known; v; v = v->next) {
		if (condition_holds(&v->on, facts))
			return v;
	}
	return NULL;
}
