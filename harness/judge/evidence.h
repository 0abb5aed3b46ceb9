/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What platforms have shown: for each observation, the records in which it was what a line
 * of expected/ says.
 */
#ifndef JUDGE_EVIDENCE_H
#define JUDGE_EVIDENCE_H

#include "judge/session.h"

struct evidence;

/*
 * evidence_read() - judge by @e all of @directory's records, PLATFORM.gz.
 *
 * Returns NULL with *@error, which the caller frees, if there is none, or one cannot
 * be read, is torn, or deviates.
 */
struct evidence *evidence_read(const char *directory, struct expectations *e, char **error);
void evidence_free(struct evidence *e);

/*
 * evidence_confirms(), evidence_is_new() - whether what @s shows has been shown by a
 * record, or by none; neither where no line of expected/ says it.
 */
bool evidence_confirms(const struct evidence *e, const struct seen *s);
bool evidence_is_new(const struct evidence *e, const struct seen *s);

/*
 * evidence_platforms() - the records that have shown what a row of @c documents, or with
 * @known what it knows, "A, B"; NULL: none.  The caller frees it.
 */
char *evidence_platforms(const struct evidence *e, const struct check *c, bool known);

#endif
