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
 * tap_sink() - print on standard output the plan, with all results and the run's own; the
 * facts; each result; @summary, unless it is NULL; and at last the run's own result.
 *
 * Readers of TAP accept a last line that has lost its end, such as "# SKIP".  So
 * the run's own result comes last: if the output is cut off before it, a result
 * is missing; if within it, no check is lost.
 *
 * A result is called new if no record of @evidence, which may be NULL, has shown it.
 */
struct result_sink tap_sink(const struct evidence *evidence, struct summary *summary);

#endif
