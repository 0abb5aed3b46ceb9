// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/expectations.h"
#include "text.h"

#define OMISSION	" ... "		/* between two quoted pieces */
#define WIDTH		96

/*
 * Call @found for every place in @section's text that has a piece of @quote, if @quote is from a
 * section called @name; return how many places there are.
 */
static size_t find_quotes(const char *name, const char *quote, const struct section *section,
			  void (*found)(size_t start, size_t length, void *context), void *context)
{
	char *title = document_plain(name), *words = document_plain(quote), *piece = words;
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
	char *quoted;			/* a flag per character of the section's text */
};

static void mark(size_t start, size_t length, void *context)
{
	struct span *sentence = context;

	if (start >= sentence->start + sentence->length || sentence->start >= start + length)
		return;
	sentence->touched = true;
	memset(sentence->quoted + start, true, length);
}

/* Print the checks of @c below @s, wrapped at WIDTH; @column is where the last line ended. */
static void print_checks(const struct expectation *c, const struct statement *s, size_t *column)
{
	for (size_t i = 0; i < c->expected.nr_checks; i++) {
		const struct check *check = c->expected.checks[i];
		size_t n = strlen(c->name) + strlen(check->name) + 2;

		if (check->statement != s)
			continue;
		if (*column + n > WIDTH) {
			printf("\n     ");
			*column = 5;
		}
		*column += printf(" %s.%s", c->name, check->name);
	}
}

/* Return whether @path may be a version of @document: "…/errata-6.1.rst" of "errata.rst". */
static bool may_be(const char *path, const char *document)
{
	const char *name = strrchr(path, '/');

	return !strncmp(name ? name + 1 : path, document, strcspn(document, "."));
}

/* Mark the parts of @sentence that expected/background leaves untested, and print why. */
static void print_background(const struct backgrounds *all, const char *path,
			     const struct section *section, struct span *sentence)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct background *b = &all->list[i];
		char *title = document_plain(b->section);
		bool here = !strcmp(title, section->title) && may_be(path, b->document);

		free(title);
		if (!here)
			continue;
		sentence->touched = false;
		if (b->words)
			find_quotes(b->section, b->words, section, mark, sentence);
		else
			mark(sentence->start, sentence->length, sentence);
		if (sentence->touched)
			printf("\n      not tested: %s", b->why);
	}
}

/* Mark the parts of @sentence that statements quote, and print their checks. */
static void print_covering_checks(const struct expectations *all, const struct section *section,
				  struct span *sentence)
{
	size_t column = WIDTH;

	for (size_t c = 0; c < all->nr; c++) {
		const struct expected *e = &all->list[c]->expected;

		for (size_t i = 0; i < e->nr_statements; i++) {
			const struct statement *s = e->statements[i];

			sentence->touched = false;
			find_quotes(s->section, s->words, section, mark, sentence);
			if (sentence->touched)
				print_checks(all->list[c], s, &column);
		}
	}
}

static bool is_covered(const struct span *sentence)
{
	return !memchr(sentence->quoted + sentence->start, 0, sentence->length);
}

/* Print the parts of @sentence that are not marked; return whether all of it is marked. */
static bool print_rest(const struct section *section, const struct span *sentence)
{
	bool held = true, omitted = false;

	for (size_t i = sentence->start; i < sentence->start + sentence->length; i++) {
		if (sentence->quoted[i] || (held && !isalnum((unsigned char)section->text[i]))) {
			omitted = true;
			continue;
		}
		if (held)
			printf("      NOT COVERED: ");
		if (omitted)
			printf("... ");
		held = omitted = false;
		putchar(section->text[i]);
	}
	if (!held)
		putchar('\n');
	return held;
}

static unsigned int report_section(const struct expectations *all,
				   const struct backgrounds *background, const char *path,
				   const struct section *section)
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
		print_covering_checks(all, section, &sentence);
		if (!is_covered(&sentence))
			print_background(background, path, section, &sentence);
		putchar('\n');
		if (!print_rest(section, &sentence)) {
			fflush(stdout);
			fprintf(stderr,
				"kvm-errata: section \"%s\", no check covers all of: %.*s\n",
				section->title, (int)sentence.length, words);
			missing++;
		}
		sentence.start += sentence.length;
		sentence.start += strspn(section->text + sentence.start, " ");
	}
	free(sentence.quoted);
	return missing;
}

static void ignore(size_t start, size_t length, void *context)
{
	(void)start, (void)length, (void)context;
}

/* Print the statements of @c that this document lacks: of another version, or misquoted. */
static void print_absent(const struct expectation *c, const struct document *d, const char *path)
{
	for (size_t i = 0; i < c->expected.nr_statements; i++) {
		const struct statement *s = c->expected.statements[i];
		size_t n = 0;

		for (size_t j = 0; j < d->nr_sections; j++)
			n += find_quotes(s->section, s->words, &d->sections[j], ignore, NULL);
		if (!n && may_be(path, s->document))
			printf("  expected/%s:%u, since %s: %s\n", c->name, s->line, s->since,
			       s->words);
	}
}

int coverage(const struct expectations *all, const char *path)
{
	char *list = text("%s/background", all->directory), *error;
	struct backgrounds background = {};
	struct document d = {};
	unsigned int missing = 0;

	error = background_read(&background, list);
	if (!error)
		error = document_read(&d, path);
	for (size_t i = 0; i < d.nr_sections; i++)
		missing += report_section(all, &background, path, &d.sections[i]);
	if (error)
		fprintf(stderr, "kvm-errata: %s\n", error);
	else
		printf("\nquoted in expected/, but not in this document:\n");
	for (size_t i = 0; i < all->nr && !error; i++)
		print_absent(all->list[i], &d, path);
	missing = error ? 99 : missing ? 1 : 0;
	document_free(&d);
	background_free(&background);
	free(error);
	free(list);
	return missing;
}
