// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_SIZE	(1 << 20)

char *document_plain(const char *s)
{
	char *to = xrealloc(NULL, strlen(s) + 1), *p = to;

	for (; *s; s++) {
		if (*s == '*' || *s == '`')
			continue;
		if (!isspace((unsigned char)*s))
			*p++ = *s;
		else if (p > to && p[-1] != ' ')
			*p++ = ' ';
	}
	while (p > to && p[-1] == ' ')
		p--;
	*p = '\0';
	return to;
}

/* "====", "----", "~~~~": one punctuation character, three or more. */
static bool is_rule(const char *line)
{
	size_t n = strlen(line);

	return n >= 3 && ispunct((unsigned char)line[0]) &&
	       strspn(line, (char[]) { line[0], '\0' }) == n;
}

/* Return whether @s ends in an abbreviation, after which the sentence goes on. */
static bool ends_in_abbreviation(const char *s, size_t n)
{
	return n >= 4 && (!strncmp(s + n - 4, "i.e.", 4) || !strncmp(s + n - 4, "e.g.", 4));
}

size_t sentence_length(const char *s)
{
	size_t n = 0;

	while (s[n]) {
		n++;
		if (strchr(".!?", s[n - 1]) && (s[n] == ' ' || !s[n]) &&
		    !ends_in_abbreviation(s, n) && (!s[n] || !islower((unsigned char)s[n + 1])))
			break;
	}
	return n;
}

static void begin_section(struct document *d, const char *title)
{
	APPEND(d->sections, d->nr_sections, (struct section) { document_plain(title), text("%s", "") });
}

static void add_line(struct document *d, const char *line)
{
	struct section *s = &d->sections[d->nr_sections - 1];

	s->text = text_append(s->text, "%s ", line);
}

/* Comments and directives are ".. something", with indented lines below. */
static bool is_directive(const char *line)
{
	return !strncmp(line, ".. ", 3);
}

/* The lines below an admonition are read like the rest of the document. */
static bool is_admonition(const char *line)
{
	return !strncmp(line, ".. warning::", 12) || !strncmp(line, ".. note::", 9);
}

void document_parse(struct document *d, char *source, size_t size)
{
	char *end = source + size, *line = source, *pending = NULL;
	bool in_directive = false;

	*d = (struct document) {};
	for (char *p = source; p < end; p++)
		*p = *p ? *p : ' ';
	begin_section(d, "");
	while (line < end) {
		char *next = memchr(line, '\n', end - line);

		if (next)
			*next++ = '\0';
		else
			next = end;
		if (is_directive(line)) {
			in_directive = !is_admonition(line);
		} else if (is_rule(line)) {
			/* A rule is below a title, or above one; then no line is pending. */
			if (pending && strlen(pending) <= strlen(line))
				begin_section(d, pending);
			else if (pending)
				add_line(d, pending);
			pending = NULL;
		} else if (!in_directive || (*line && !isspace((unsigned char)*line))) {
			in_directive = false;
			if (pending)
				add_line(d, pending);
			pending = *line ? line : NULL;
		}
		line = next;
	}
	if (pending)
		add_line(d, pending);
	for (size_t i = 0; i < d->nr_sections; i++) {
		char *folded = document_plain(d->sections[i].text);

		free(d->sections[i].text);
		d->sections[i].text = folded;
	}
}

char *document_read(struct document *d, const char *path)
{
	char *source = xrealloc(NULL, MAX_SIZE + 1), *error = NULL;
	FILE *f = fopen(path, "re");
	size_t size;

	*d = (struct document) {};
	if (!f) {
		free(source);
		return text("%s: %s", path, strerror(errno));
	}
	size = fread(source, 1, MAX_SIZE, f);
	source[size] = '\0';
	if (ferror(f))
		error = text("%s: %s", path, strerror(errno));
	else if (size == MAX_SIZE)
		error = text("%s: larger than %d bytes", path, MAX_SIZE);
	else
		document_parse(d, source, size);
	fclose(f);
	free(source);
	if (!error && d->nr_sections < 2)
		error = text("%s: no section in it, expected reStructuredText", path);
	return error;
}

void document_free(struct document *d)
{
	for (size_t i = 0; i < d->nr_sections; i++) {
		free(d->sections[i].title);
		free(d->sections[i].text);
	}
	free(d->sections);
}
