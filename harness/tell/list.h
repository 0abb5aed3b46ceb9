/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_LIST_H
#define TELL_LIST_H

#include "judge/expectations.h"
#include "run/suite.h"

/* list() - print cases, variants, what they need and what they document. */
void list(const struct suite *s, struct expectations *e);

#endif
