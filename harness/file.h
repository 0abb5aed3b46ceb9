/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_FILE_H
#define HARNESS_FILE_H

#include <stddef.h>

/*
 * file_open() - open a file that a directory's listing led to: it may be
 * anything.  Returns a descriptor, or -1 with *@error, which the caller frees,
 * for what is no regular file or has more than @limit bytes.
 */
int file_open(const char *path, size_t limit, char **error);

#endif
