/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a record is kept.
 */
#ifndef RECORD_KEEP_H
#define RECORD_KEEP_H

#include <stddef.h>

struct keep;

/*
 * keep_open() - prepare to write @path, or what it links to.  A file appears
 * whole, by keep_close(), or not at all; a pipe, a device and a file that is
 * open already (/dev/stdout) are written to as it comes.  Returns NULL with
 * *@error, which the caller frees.
 */
struct keep *keep_open(const char *path, char **error);

/* keep_put() - keep @size bytes: a writer's put(). */
void keep_put(void *keep, const char *lines, size_t size);

/* keep_close() - the file appears.  Returns NULL or the error, which the caller frees. */
char *keep_close(struct keep *f);

#endif
