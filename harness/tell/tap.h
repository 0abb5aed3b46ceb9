/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TAP version 13, flat, the plan first: what automake's tap-driver.sh, prove,
 * tappy and the kernel's kunit.py all read.
 */
#ifndef TELL_TAP_H
#define TELL_TAP_H

#include "judge/evidence.h"
#include "tell/summary.h"

/*
 * tap_sink() - print on standard output the plan, of all results and the run's own; the
 * facts; each result; @summary, unless it is NULL; and at last the run's own result.
 *
 * Readers of TAP take a last line for whole that has lost its end, "# SKIP"
 * for one.  So no check is the last line: what is cut off before this result
 * lacks a result, and what is cut off within it has lost nothing.
 *
 * A result is called new if no record of @evidence, which may be NULL, has shown it.
 */
struct result_sink tap_sink(const struct evidence *evidence, struct summary *summary);

#endif
