// SPDX-License-Identifier: GPL-2.0-only
#include "record/write.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_NUMBER	(1ll << 53)	/* all readers of JSON are exact up to this */

static char *add_string(char *line, const char *s)
{
	char *printable = text_printable(s), *quoted = xrealloc(NULL, 2 * strlen(s) + 1), *q = quoted;

	for (const char *p = printable; *p; p++) {
		if (*p == '"' || *p == '\\')
			*q++ = '\\';
		*q++ = *p;
	}
	*q = '\0';
	line = text_append(line, "\"%s\"", quoted);
	free(printable);
	free(quoted);
	return line;
}

/* Append '"KEY": "VALUE"', or null; after a comma unless it is the first member. */
static char *add_member(char *line, const char *key, const char *value)
{
	char last = line[strlen(line) - 1];

	line = text_append(add_string(text_append(line, last == '{' ? "" : ", "), key), ": ");
	return value ? add_string(line, value) : text_append(line, "null");
}

static void put_line(struct writer *w, char *line)
{
	line = text_append(line, "}\n");
	w->put(w->context, line, strlen(line));
	free(line);
}

static void write_begin(void *context, const struct facts *facts, const struct plan *plan)
{
	char *line = add_member(text("{"), "format", RECORD_FORMAT);

	line = text_append(line, ", \"facts\": {");
	for (size_t i = 0; i < facts->nr; i++)
		line = add_member(line, facts->list[i].key, facts->list[i].value);
	line = text_append(line, "}, \"plan\": [");
	for (size_t i = 0; i < plan->nr; i++)
		line = add_string(text_append(line, i ? ", " : ""), plan->list[i].name);
	line = text_append(line, "], \"unreadable\": {");
	for (size_t i = 0; i < plan->nr; i++) {
		if (plan->list[i].unreadable)
			line = add_member(line, plan->list[i].name, plan->list[i].unreadable);
	}
	put_line(context, text_append(line, "}"));
}

static void write_started(void *context, const char *variant)
{
	put_line(context, add_member(text("{"), "variant", variant));
}

static char *add_numbers(char *line, const struct line *l)
{
	line = text_append(line, ", \"numbers\": [");
	for (size_t i = 0; i < l->nr_numbers; i++) {
		long long n = l->number[i];

		line = text_append(line, n >= -MAX_NUMBER && n <= MAX_NUMBER ? "%s%lld" : "%s\"0x%llx\"",
				   i ? ", " : "", n);
	}
	return text_append(line, "]");
}

static void write_line(struct writer *w, const struct line *l)
{
	char *line = text("{");

	if (l->kind == ENTRY_NOTE)
		line = add_member(line, "note", l->value);
	else
		line = add_member(add_member(line, "key", l->key), "value", l->value);
	if (l->nr_numbers)
		line = add_numbers(line, l);
	put_line(w, line);
}

static void write_ended(void *context, const char *variant, const struct report *r)
{
	char *line;

	(void)variant;
	for (size_t i = 0; i < r->nr_lines; i++)
		write_line(context, &r->lines[i]);
	line = add_member(add_member(text("{"), "end", end_name(r->end)), "why", r->why);
	line = text_append(line, ", \"lines\": %u, \"ms\": %u", r->nr_lines, r->ms);
	if (r->moves)
		line = text_append(line, ", \"moves\": %u", r->moves);
	if (*r->set)
		line = add_member(line, "set", r->set);
	if (*r->refused)
		line = add_member(line, "refused", r->refused);
	put_line(context, line);
}

static void write_complete(void *context, struct completion *c)
{
	char *line;

	if (c->torn)
		return;
	line = text("{\"complete\": true, \"ms\": %lu, \"stuck\": %u", c->ms, c->stuck);
	put_line(context, add_member(line, "failed", c->failed));
}

struct listener writer_listener(struct writer *w)
{
	return (struct listener) {
		write_begin, write_started, write_ended, write_complete, w,
	};
}
