/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A document of the kernel, in reStructuredText, as sections of sentences.
 */
#ifndef TELL_DOCUMENT_H
#define TELL_DOCUMENT_H

#include <stddef.h>

struct section {
	char *title;
	char *text;			/* in one line, without markup */
};

struct document {
	struct section *sections;
	size_t nr_sections;
};

/* document_read() - returns NULL, or an error that the caller frees. */
char *document_read(struct document *d, const char *path);

/* document_parse() - the same of @size bytes at @source, which it may change. */
void document_parse(struct document *d, char *source, size_t size);
void document_free(struct document *d);

/* plain() - @s without markup, white space folded; the caller frees it. */
char *plain(const char *s);

/* sentence_length() - how long the sentence is that @s starts with. */
size_t sentence_length(const char *s);

#endif
