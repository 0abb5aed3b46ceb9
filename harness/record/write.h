/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Write a record as lines of JSON, without a library: bare metal has none.  keep.c writes a
 * file: a record, or the page that is made from records.
 */
#ifndef RECORD_WRITE_H
#define RECORD_WRITE_H

#include "record/record.h"

struct writer {
	/* takes @size bytes, which are whole lines */
	void (*put)(void *context, const char *lines, size_t size);
	void *context;
};

/* writer_listener() - return the listener that writes the record to @w. */
struct listener writer_listener(struct writer *w);

struct keep;

/*
 * keep_open() - prepare to write @path, or what it links to.  The file appears whole when
 * the run is complete, or not at all; but an interrupted run leaves a torn record, named
 * PATH.torn if PATH exists.  A pipe, a device and a file that is already open (/dev/stdout)
 * are written during the run.  Return NULL on error with *@error, which the caller frees.
 */
struct keep *keep_open(const char *path, char **error);

/* keep_listener() - return the listener that writes the record to @f. */
struct listener keep_listener(struct keep *f);

/*
 * keep_put(), keep_finish() - write any bytes instead of a record, and make the file
 * appear.
 */
void keep_put(struct keep *f, const char *bytes, size_t size);
void keep_finish(struct keep *f);

/* keep_close() - free @f; return NULL, or why nothing was written, which the caller frees. */
char *keep_close(struct keep *f);

#endif
