// SPDX-License-Identifier: GPL-2.0-only
#include "tell/coverage.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/document.h"
#include "text.h"

#define OMISSION	" ... "		/* between two quoted pieces */
#define WIDTH		96

/*
 * Calls @found with every place of @section's text that @s quotes; returns how
 * many there are.
 */
static size_t find_quotes(const struct statement *s, const struct section *section,
			  void (*found)(size_t start, size_t length, void *context), void *context)
{
	char *title = plain(s->section), *words = plain(s->words), *piece = words;
	size_t n = 0;

	while (piece && !strcmp(title, section->title)) {
		char *omission = strstr(piece, OMISSION);
		const char *at = section->text;

		if (omission)
			*omission = '\0';
		for (; *piece && (at = strstr(at, piece)); at += strlen(piece), n++)
			found(at - section->text, strlen(piece), context);
		piece = omission ? omission + strlen(OMISSION) : NULL;
	}
	free(words);
	free(title);
	return n;
}

struct span {
	size_t start, length;
	bool touched;
	char *quoted;			/* one a character of the section's text */
};

static void mark(size_t start, size_t length, void *context)
{
	struct span *sentence = context;

	if (start >= sentence->start + sentence->length || sentence->start >= start + length)
		return;
	sentence->touched = true;
	memset(sentence->quoted + start, true, length);
}

static bool cites(const struct expected *e, const char *id, const struct statement *s)
{
	for (size_t i = 0; i < e->nr_rows; i++) {
		if (e->rows[i]->statement == s && row_has(e->rows[i], id))
			return true;
	}
	return false;
}

/* The checks below @s, in lines of WIDTH; @column is where the last one ended. */
static void print_checks(const struct expectation *c, const struct statement *s, size_t *column)
{
	for (size_t i = 0; i < c->expected.nr_checks; i++) {
		const char *id = c->expected.checks[i];
		size_t n = strlen(c->name) + strlen(id) + 2;

		if (!cites(&c->expected, id, s))
			continue;
		if (*column + n > WIDTH) {
			printf("\n     ");
			*column = 5;
		}
		*column += printf(" %s.%s", c->name, id);
	}
}

/* Marks what is quoted of @sentence, and prints by what. */
static void print_holders(const struct expectations *all, const struct section *section,
			  struct span *sentence)
{
	size_t column = WIDTH;

	for (size_t c = 0; c < all->nr; c++) {
		const struct expected *e = &all->list[c]->expected;

		for (size_t i = 0; i < e->nr_statements; i++) {
			sentence->touched = false;
			find_quotes(e->statements[i], section, mark, sentence);
			if (!sentence->touched)
				continue;
			if (e->statements[i]->background)
				printf("\n      nothing to check: %s", e->statements[i]->background);
			else
				print_checks(all->list[c], e->statements[i], &column);
		}
	}
	putchar('\n');
}

/* Prints what no statement quotes; returns whether that is nothing. */
static bool print_rest(const struct section *section, const struct span *sentence)
{
	bool held = true, omitted = false;

	for (size_t i = sentence->start; i < sentence->start + sentence->length; i++) {
		if (sentence->quoted[i] || (held && !isalnum((unsigned char)section->text[i]))) {
			omitted = true;
			continue;
		}
		if (held)
			printf("      NOT HELD: ");
		if (omitted)
			printf("... ");
		held = omitted = false;
		putchar(section->text[i]);
	}
	if (!held)
		putchar('\n');
	return held;
}

static unsigned int report_section(const struct expectations *all, const struct section *section)
{
	size_t size = strlen(section->text);
	struct span sentence = { .quoted = xrealloc(NULL, size + 1) };
	unsigned int missing = 0;

	memset(sentence.quoted, false, size + 1);
	if (size)
		printf("\n%s\n", section->title[0] ? section->title : "(before the first section)");
	while (sentence.start < size) {
		const char *words = section->text + sentence.start;

		sentence.length = sentence_length(words);
		printf("  %.*s", (int)sentence.length, words);
		print_holders(all, section, &sentence);
		if (!print_rest(section, &sentence)) {
			fflush(stdout);
			fprintf(stderr, "kvm-errata: section \"%s\", no check holds all of: %.*s\n",
				section->title, (int)sentence.length, words);
			missing++;
		}
		sentence.start += sentence.length;
		sentence.start += strspn(section->text + sentence.start, " ");
	}
	free(sentence.quoted);
	return missing;
}

/* Whether @path may be the document that @s cites: "…/errata-6.1.rst" is an "errata.rst". */
static bool may_be(const char *path, const struct statement *s)
{
	const char *name = strrchr(path, '/');

	return !strncmp(name ? name + 1 : path, s->document, strcspn(s->document, "."));
}

static void ignore(size_t start, size_t length, void *context)
{
	(void)start, (void)length, (void)context;
}

/* What expected/ quotes of other versions, or has made up. */
static void print_absent(const struct expectation *c, const struct document *d, const char *path)
{
	for (size_t i = 0; i < c->expected.nr_statements; i++) {
		const struct statement *s = c->expected.statements[i];
		size_t n = 0;

		for (size_t j = 0; j < d->nr_sections; j++)
			n += find_quotes(s, &d->sections[j], ignore, NULL);
		if (!n && may_be(path, s))
			printf("  expected/%s:%u, since %s: %s\n", c->name, s->line, s->since,
			       s->words);
	}
}

int coverage(const struct expectations *all, const char *path)
{
	struct document d;
	char *error = document_read(&d, path);
	unsigned int missing = 0;

	if (error) {
		fprintf(stderr, "kvm-errata: %s\n", error);
		free(error);
		document_free(&d);
		return 99;
	}
	for (size_t i = 0; i < d.nr_sections; i++)
		missing += report_section(all, &d.sections[i]);
	printf("\nquoted by expected/, and not in this document:\n");
	for (size_t i = 0; i < all->nr; i++)
		print_absent(all->list[i], &d, path);
	document_free(&d);
	return missing ? 1 : 0;
}
