/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_LIST_H
#define TELL_LIST_H

#include "judge/evidence.h"
#include "run/suite.h"

/*
 * list() - print the selected variants with what they need, and the checks with their
 * observations; by @evidence, which may be NULL, who has shown them.  Where one of the
 * @nr @operands is a check of a case, only such checks of it.
 */
void list(const struct suite *s, struct expectations *e, const struct evidence *evidence,
	  char **operands, int nr);

#endif
