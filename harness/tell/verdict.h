/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_VERDICT_H
#define TELL_VERDICT_H

#include "judge/expectations.h"

/*
 * verdict() - print one line about the record @path for a bisection: "good", "bad" or
 * "skip", a tab, and what was seen of @check, which is a check, an observation, a variant
 * or a case.  The good value is @good or, if that is NULL, the documented one.
 * Return NULL, or an error that the caller frees.
 */
char *verdict(const char *path, struct expectations *e, const char *check, const char *good);

#endif
