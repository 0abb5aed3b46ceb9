/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What platforms have shown: for each check, the records in which it was what a line
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

/* evidence_has() - whether a record has shown what @line says of check CASE.VARIANT.KEY. */
bool evidence_has(const struct evidence *e, const struct value *line, const char *id);

/*
 * evidence_confirms(), evidence_is_new() - whether what @r shows has been shown by a
 * record, or by none; neither where no line of expected/ says it.
 */
bool evidence_confirms(const struct evidence *e, const struct result *r);
bool evidence_is_new(const struct evidence *e, const struct result *r);

/* evidence_platform() - the name of the platform of record @n, from 0; NULL behind the last. */
const char *evidence_platform(const struct evidence *e, size_t n);

/* evidence_shows() - whether a check of @s has been seen in record @n. */
bool evidence_shows(const struct evidence *e, size_t n, const struct statement *s);

#endif
