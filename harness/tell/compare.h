/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_COMPARE_H
#define TELL_COMPARE_H

#include "judge/expectations.h"

/*
 * compare() - print the @nr records of @paths as a table, a row a check: those
 * that did not see the same everywhere, or @all.  "*" marks what is known not to
 * be as documented, "!" what is not as documented, "<" what the column to the
 * left did not show that is of a record with the same file name.
 *
 * Returns whether all saw the same; else, and for a record that cannot be read,
 * *@error says so, which the caller frees.
 */
bool compare(char **paths, size_t nr, struct expectations *e, bool all, bool markdown,
	     char **error);

#endif
