/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Write a record as lines of JSON, without a library: bare metal has none.
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

#endif
