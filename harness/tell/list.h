/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_LIST_H
#define TELL_LIST_H

#include "judge/evidence.h"
#include "run/suite.h"

/*
 * list() - print the selected variants with what they need, and the checks with their
 * observations and, by @evidence, which may be NULL, the platforms that have shown them.
 * If one of the @nr @operands is a check of a case, print no other checks of that case.
 */
void list(const struct suite *s, struct expectations *e, const struct evidence *evidence,
	  char **operands, int nr);

#endif
