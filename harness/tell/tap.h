/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TAP version 13, flat, the plan first: what automake's tap-driver.sh, prove,
 * tappy and the kernel's kunit.py all read.
 */
#ifndef TELL_TAP_H
#define TELL_TAP_H

#include "judge/judge.h"

/* tap_begin() - the plan, of @checks and the run's own result, and the facts. */
void tap_begin(size_t checks, const struct facts *facts);
void tap_result(const struct result *r);

/* tap_broken() - a case that could not even be read: its one line. */
void tap_broken(const char *id, const char *error);

/*
 * tap_end() - the last result, which is the run's own, and the summary.
 *
 * Readers of TAP take a last line for whole that has lost its end, "# SKIP"
 * for one.  So no check is the last line: what is cut off before this result
 * lacks a result, and what is cut off within it has lost nothing.
 *
 * @suite_failed says how the suite itself failed, or is NULL; @seconds are
 * those of the whole run.
 */
void tap_end(const char *suite_failed, double seconds);

#endif
