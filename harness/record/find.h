/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_FIND_H
#define RECORD_FIND_H

#include <stddef.h>

struct found {
	char **paths;
	size_t nr;
};

/*
 * record_find() - find the files that the @nr @paths name: of a directory all that end in
 * .gz or .record, sorted by name. Of several a *.md is skipped, and stderr names it.
 *
 * Return NULL, or an error that the caller frees; found_free() frees @found.
 */
char *record_find(struct found *found, char **paths, size_t nr);
void found_free(struct found *found);

#endif
