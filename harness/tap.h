/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TAP version 13, flat, the plan first: what automake's tap-driver.sh, prove,
 * tappy and the kernel's kunit.py all read.
 */
#ifndef HARNESS_TAP_H
#define HARNESS_TAP_H

#include "judge.h"

void tap_begin(size_t plan, const struct platform *p);
void tap_result(const struct result *r);

/* tap_broken() - a case that could not even be read: its one line. */
void tap_broken(const char *id, const char *error);

/* tap_end() - the summary, as a diagnostic.  @seconds of the whole run. */
void tap_end(double seconds);

#endif
