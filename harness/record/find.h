/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_FIND_H
#define RECORD_FIND_H

#include <stddef.h>

/*
 * record_find() - the files that the @nr @paths name: of a directory all that end in .gz or
 * .record, by name. A text that is no record, as a README among others, is left out, and
 * stderr names it; but not if it is all there is.
 *
 * Returns NULL, or an error that the caller frees, as it does @found's list and its texts.
 */
struct found {
	char **paths;
	size_t nr;
};

char *record_find(struct found *found, char **paths, size_t nr);
void found_free(struct found *found);

#endif
