/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_COVERAGE_H
#define TELL_COVERAGE_H

#include "judge/expectations.h"

/*
 * coverage() - hold a document of the kernel, in reStructuredText, against
 * expected/: print every section and every sentence with the checks that hold
 * it, or the reason why there is nothing to check.
 *
 * A sentence is held when each of its words is quoted by a statement of the
 * same section.  Returns 0, or 1 when one is not, or a section has no text that
 * is; 99 with a message when the document cannot be read.
 */
int coverage(const struct expectations *e, const char *path);

#endif
