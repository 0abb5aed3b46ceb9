/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_COVERAGE_H
#define TELL_COVERAGE_H

#include "judge/expectations.h"

/*
 * coverage() - compare a document of the kernel, in reStructuredText, with expected/:
 * print every sentence of every section with the checks that cover it, or the reason
 * why it is not tested.
 *
 * A sentence is covered if statements of the same section, or expected/background, quote
 * each of its words.
 * Return 0, or 1 if a sentence is not covered; 99 with a message if the document
 * cannot be read.
 */
int coverage(const struct expectations *e, const char *path);

#endif
