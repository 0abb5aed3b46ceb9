/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_COMPARE_H
#define TELL_COMPARE_H

#include "judge/expectations.h"

/*
 * compare() - print the @nr records of @paths as a table with a row per observation:
 * those that differ between records, or @all.  "*" marks a known deviation, "!" any
 * other deviation or a missing observation, "<" a value that differs from the nearest
 * column to the left from the same machine.
 *
 * Return whether all records agree.  If a record cannot be read, *@error says why,
 * which the caller frees.
 */
bool compare(char **paths, size_t nr, struct expectations *e, bool all, bool markdown,
	     char **error);

#endif
