/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expected/background: the parts of the documents that no check tests, and why.
 *
 *	DOCUMENT "SECTION": WHY
 *		the words that are meant; none: what no statement quotes of the section
 */
#ifndef JUDGE_BACKGROUND_H
#define JUDGE_BACKGROUND_H

#include <stddef.h>

struct background {
	char *document, *section, *why;
	char *words;			/* NULL: all of it */
};

struct backgrounds {
	struct background *list;
	size_t nr;
};

/* background_read() - read the file @path.  Returns NULL, or an error that the caller frees. */
char *background_read(struct backgrounds *b, const char *path);
void background_free(struct backgrounds *b);

#endif
