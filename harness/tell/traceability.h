/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_TRACEABILITY_H
#define TELL_TRACEABILITY_H

#include "judge/expectations.h"

/*
 * traceability() - print doc/traceability.md: every statement, the code that
 * decides it, and the checks that hold it, each with what is expected where.
 */
void traceability(const struct expectations *e);

#endif
