/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The evidence in records: for each observation, the records in which it matches a line of
 * expected/.
 */
#ifndef JUDGE_EVIDENCE_H
#define JUDGE_EVIDENCE_H

#include "judge/judge.h"

struct evidence;

/*
 * evidence_read() - judge all records of @directory, PLATFORM.gz, by @e.
 *
 * Return NULL with *@error, which the caller frees, if there are no records, or if one
 * cannot be read, is torn, or deviates.
 */
struct evidence *evidence_read(const char *directory, struct expectations *e, char **error);
void evidence_free(struct evidence *e);

/*
 * evidence_confirms(), evidence_is_new() - whether some record, or no record, has shown
 * what @s shows.  Both are false if @s matches no line of expected/.
 */
bool evidence_confirms(const struct evidence *e, const struct seen *s);
bool evidence_is_new(const struct evidence *e, const struct seen *s);

/*
 * evidence_platforms() - return the records, "A, B", that have shown a documented value
 * of @c, or with @known a known deviation; NULL: none.  The caller frees it.
 */
char *evidence_platforms(const struct evidence *e, const struct check *c, bool known);

#endif
