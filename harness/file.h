/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_FILE_H
#define HARNESS_FILE_H

#include <stddef.h>

/*
 * file_open() - open a file of a directory, which may be a FIFO or a device.
 * Return a descriptor, or -1 with *@error, which the caller frees, if it is not a
 * regular file, or has more than @limit bytes.
 */
int file_open(const char *path, size_t limit, char **error);

#endif
