/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record of a run: every fact, observation and verdict, as JSON.
 */
#ifndef TELL_RECORD_H
#define TELL_RECORD_H

#include "judge/judge.h"

#define RECORD_FORMAT	"kvm-errata record 1"

struct record_file;

/*
 * record_open() - prepare to write @path, or what it links to.  It appears
 * whole, by record_close(), or not at all; a pipe, a device and a file that is
 * open already (/dev/stdout) are written to as they are.  Returns NULL with
 * *@error, which the caller frees.
 */
struct record_file *record_open(const char *path, const struct facts *facts, char **error);
void record_result(struct record_file *f, const struct result *r);

/* record_close() - write it.  Returns NULL or the error, which the caller frees. */
char *record_close(struct record_file *f, int status);

#endif
