/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_TRACEABILITY_H
#define TELL_TRACEABILITY_H

#include "judge/evidence.h"

/*
 * traceability() - print doc/traceability.md: every statement, the code that
 * decides it, and the checks that hold it, each with what is expected where; and by
 * @evidence, which may be NULL, what has been shown, and who has.
 */
void traceability(const struct expectations *e, const struct evidence *evidence);

#endif
