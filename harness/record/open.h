/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_OPEN_H
#define RECORD_OPEN_H

#include <stdio.h>

/*
 * record_open() - open a record for reading, compressed by gzip or not; "-" is standard
 * input, not compressed, and read as it arrives.  Return NULL on error with errno set.
 */
FILE *record_open(const char *path);

#endif
