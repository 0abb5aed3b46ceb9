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
 * match_select() - select what @what names: the variants of a check, CASE.CHECK, or what
 * suite_select() knows; match() again if it names a payload.
 *
 * Return NULL, or an error that names similar names, which the caller frees.
 */
char *match_select(struct suite *s, struct expectations *all, const char *cases, const char *what);

#endif
