/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A document of the kernel, in reStructuredText, split into sections and sentences.
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

/* document_read() - read the file @path.  Return NULL, or an error that the caller frees. */
char *document_read(struct document *d, const char *path);

/* document_parse() - parse @size bytes at @source, which are modified. */
void document_parse(struct document *d, char *source, size_t size);
void document_free(struct document *d);

/* plain() - return @s without markup, with white space folded; the caller frees it. */
char *plain(const char *s);

/* sentence_length() - return the length of the sentence that @s starts with. */
size_t sentence_length(const char *s);

#endif
