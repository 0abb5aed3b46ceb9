/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_MATCH_H
#define HARNESS_MATCH_H

#include "judge/expectations.h"
#include "run/suite.h"

/*
 * match() - match cases with expectations: each case must have some, and both must have the
 * same variants.  A case without expectations, or expectations without a payload in @cases,
 * become a case that cannot run.  Return NULL, or an error that the caller frees.
 */
char *match(struct suite *s, struct expectations *all, const char *cases);

/*
 * match_select() - select the variants of check @id, CASE.NAME; false if there is no such
 * check.
 */
bool match_select(struct suite *s, struct expectations *all, const char *id);

/*
 * match_unknown() - return an error: case CASE of @id, CASE.NAME, has no variant or check
 * NAME, and which names are similar; NULL if there is no such case.  The caller frees it.
 */
char *match_unknown(struct suite *s, struct expectations *all, const char *id);

#endif
