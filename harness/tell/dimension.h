/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_DIMENSION_H
#define TELL_DIMENSION_H

#include "judge/expectations.h"

/*
 * dimension_print() - the ways in which the checks of @s, of case @name, meet what it
 * says, one line a dimension; nothing if it is the plainest way only.
 */
void dimension_print(const char *name, const struct expected *e, const struct statement *s);

#endif
