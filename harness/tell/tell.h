/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What main.c prints: by sinks of a judged run, and by commands that read records, expectations
 * or documents.  format.h has the formats of other tools.
 */
#ifndef TELL_TELL_H
#define TELL_TELL_H

#include "judge/judge.h"
#include "run/suite.h"

struct summary;

/*
 * summary_new() - count known and gone deviations by section, and skips by class with what
 * would show them; and if @evidence is not NULL, how many observations are new.
 */
struct summary *summary_new(const struct evidence *evidence);
void summary_free(struct summary *s);

/* summary_sink() - the sink that counts. */
struct result_sink summary_sink(struct summary *s);

/*
 * summary_again() - return the wrong checks, or their cases if there are many, each after a
 * blank; NULL: there are none.  The caller frees it.
 */
char *summary_again(const struct summary *s);

/* summary_print() - call @put with each line of the summary. */
void summary_print(struct summary *s, void (*put)(const char *line));

/*
 * tap_sink() - return the sink that prints TAP version 13 without subtests, which automake's
 * tap-driver.sh, prove, tappy and the kernel's kunit.py all read.  It prints the plan, which
 * counts all results and the run's own; the facts; each result; @summary, unless it is NULL; and
 * last the run's own result.
 *
 * Readers of TAP accept a last line that has lost its end, such as "# SKIP".  So
 * the run's own result comes last: if the output is cut off before it, a result
 * is missing; if within it, no check is lost.
 *
 * A result is called new if no record of @evidence, which may be NULL, has shown it.
 */
struct result_sink tap_sink(const struct evidence *evidence, struct summary *summary);

/*
 * terminal_sink() - return the sink that prints on standard output: one line of progress,
 * which is overwritten; a line per case when it ends; checks that deviate, or no longer do,
 * in full; @summary; and last PASS, DEVIATES, NOTHING SEEN or FAILED.
 * @strictness: the verdicts that make the last line DEVIATES
 * @command: the command that runs the suite, to print how to run it again; NULL: none
 *
 * NO_COLOR and TERM=dumb are honoured; the width is the terminal's.
 */
struct result_sink terminal_sink(struct summary *summary, enum strictness strictness,
				 const char *command);

/* terminal_stop() - erase the line of progress, if the run did not complete. */
void terminal_stop(void);

struct baseline;

/*
 * baseline_open() - judge the record @path, such as bare metal's, by @e.
 * Return NULL on error with *@error, which the caller frees.
 */
struct baseline *baseline_open(const char *path, struct expectations *e, char **error);
void baseline_close(struct baseline *b);

/*
 * baseline_sink() - return the sink that compares each observation with the record's:
 * the same observation, or the same key in another variant of the case, because bare
 * metal can be only one of them.  It prints where they differ as diagnostics, case by
 * case.
 */
struct result_sink baseline_sink(struct baseline *b);

/*
 * list() - print the selected variants with what they need, and the checks with their
 * observations and, by @evidence, which may be NULL, the platforms that have shown them.
 * If one of the @nr @operands is a check of a case, print no other checks of that case.
 */
void list(const struct suite *s, struct expectations *e, const struct evidence *evidence,
	  char **operands, int nr);

/*
 * coverage() - compare a document of the kernel, in reStructuredText, with expected/:
 * print every sentence of every section with the checks that cover it, or the reason
 * why it is not tested.
 *
 * A sentence is covered if statements of the same section, or expected/background, quote
 * each of its words.
 * Return 0, or 1 if a sentence is not covered; 99 with a message if the document
 * cannot be read.
 */
int coverage(const struct expectations *e, const char *path);

/*
 * compare() - print the @nr records of @paths as a table with a row per observation:
 * those that differ between records, or @all.  "*" marks a known deviation, "!" any
 * other deviation or a missing observation, "<" a value that differs from the nearest
 * column to the left from the same machine.
 *
 * Return whether all records agree.  If a record cannot be read, *@error says why,
 * which the caller frees.
 */
bool compare(char **paths, size_t nr, struct expectations *e, bool all, bool markdown,
	     char **error);

/*
 * verdict() - print one line about the record @path for a bisection: "good", "bad" or
 * "skip", a tab, and what was seen of @check, which is a check, an observation, a variant
 * or a case.  The good value is @good or, if that is NULL, the documented one.
 * Return NULL, or an error that the caller frees.
 */
char *verdict(const char *path, struct expectations *e, const char *check, const char *good);

/*
 * page() - write @directory/index.html, which needs no other file: what the @nr records
 * of @paths show of all of @e, with the comments over cases in @sources, which may be
 * NULL.  The directory is made if it does not exist.
 *
 * Return NULL, or an error that the caller frees.  For a torn record, the page is made,
 * and shows that it is torn; after any other error no page is made, and an old one stays.
 */
char *page(char **paths, size_t nr, struct expectations *e, const char *sources,
	   const char *directory);

/* document.c: a document of the kernel, in reStructuredText, split into sections and sentences. */
struct section {
	char *title;
	char *text;			/* in one line, without markup */
};

struct document {
	struct section *sections;
	size_t nr_sections;
};

/* document_read() - read the file @path.  Return NULL, or an error that the caller frees. */
char *document_read(struct document *d, const char *path);

/* document_parse() - parse @size bytes at @source, which are modified. */
void document_parse(struct document *d, char *source, size_t size);
void document_free(struct document *d);

/* document_plain() - return @s without markup, with white space folded; the caller frees it. */
char *document_plain(const char *s);

/* sentence_length() - return the length of the sentence that @s starts with. */
size_t sentence_length(const char *s);

#endif
