/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a record is kept, or what is told of it in a file.
 */
#ifndef RECORD_KEEP_H
#define RECORD_KEEP_H

#include "record/record.h"

struct keep;

/*
 * keep_open() - prepare to write @path, or what it links to.  A file appears whole, as the
 * run is complete, or not at all; but an interrupted run leaves a torn record, as PATH.torn
 * where there is a file already.  A pipe, a device and a file that is open already
 * (/dev/stdout) are written to as it comes.  Returns NULL with *@error, which the caller
 * frees.
 */
struct keep *keep_open(const char *path, char **error);

/* keep_listener() - what keeps all that it hears. */
struct listener keep_listener(struct keep *f);

/*
 * keep_put(), keep_finish() - what keeps what is no record: any bytes, and at last the
 * file appears.
 */
void keep_put(struct keep *f, const char *bytes, size_t size);
void keep_finish(struct keep *f);

/* keep_close() - returns NULL, or why it was not kept, which the caller frees. */
char *keep_close(struct keep *f);

#endif
