/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read a record, line by line as it arrives: from a file, a pipe, a serial port.
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

#endif
