/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_OPEN_H
#define RECORD_OPEN_H

#include <stdio.h>

/*
 * record_open() - a record to be read, compressed by gzip or not; "-" is standard
 * input, not compressed, and read as it comes.  Returns NULL with errno set.
 */
FILE *record_open(const char *path);

#endif
