/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_FIND_H
#define RECORD_FIND_H

#include <stddef.h>

struct found {
	char **paths;
	size_t nr;
};

/*
 * record_find() - find the records that the @nr @paths name: a directory stands for its
 * files that end in .gz or .record, sorted by name.  If there are several @paths, a *.md
 * is skipped, with a message.
 *
 * record_find_in() - find the records of one directory.
 *
 * Return NULL, or an error that the caller frees; found_free() frees @found.
 */
char *record_find(struct found *found, char **paths, size_t nr);
char *record_find_in(struct found *found, const char *directory);
void found_free(struct found *found);

#endif
