/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Find records, and read one, line by line as it arrives: from a file, a pipe, a serial port.
 */
#ifndef RECORD_READ_H
#define RECORD_READ_H

#include <stdio.h>

#include "record/record.h"

/*
 * record_open() - open a record for reading, compressed by gzip or not; "-" is standard
 * input, not compressed, and read as it arrives.  Return NULL on error with errno set.
 */
FILE *record_open(const char *path);

/*
 * record_read() - read the record @f, and call each of the @nr @listeners.
 *
 * A record that ends before the run did is torn: the variants that have not ended
 * end with END_TORN, and the completion says so.  The content of @f is not trusted.
 * Return NULL, or "LINE: what is wrong" that the caller frees.
 */
char *record_read(FILE *f, const struct listener *listeners, size_t nr);

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
