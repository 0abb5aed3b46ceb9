/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_VERDICT_H
#define TELL_VERDICT_H

#include "judge/expectations.h"

/*
 * verdict() - print in one line what a bisection wants to know of the record @path:
 * "good", "bad" or "skip", a tab, and what was seen of @check, which is a check,
 * an observation, a variant or a case.  Good is what is documented or, if it is not NULL, @good.
 * Returns NULL, or an error that the caller frees.
 */
char *verdict(const char *path, struct expectations *e, const char *check, const char *good);

#endif
