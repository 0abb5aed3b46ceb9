/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expected/background: the parts of the documents that no check tests, and why.
 *
 *	DOCUMENT "SECTION": WHY
 *		the words; without any: all of the section that no statement quotes
 */
#ifndef JUDGE_BACKGROUND_H
#define JUDGE_BACKGROUND_H

#include <stddef.h>

struct background {
	char *document, *section, *why;
	char *words;			/* NULL: all of the section */
};

struct backgrounds {
	struct background *list;
	size_t nr;
};

/* background_read() - read the file @path.  Return NULL, or an error that the caller frees. */
char *background_read(struct backgrounds *b, const char *path);
void background_free(struct backgrounds *b);

#endif
