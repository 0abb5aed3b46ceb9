/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_SUMMARY_H
#define TELL_SUMMARY_H

#include "judge/evidence.h"

struct summary;

/*
 * summary_sink() - what prints in the end, as diagnostics and on at most a screen:
 * what deviates, by statement and not by check; what is known to, by section; why
 * checks were skipped, by class, and what would show them; the command that runs once
 * more what went wrong; and by @evidence, which may be NULL, how much of it is new.
 */
struct summary *summary_new(const struct evidence *evidence);
struct result_sink summary_sink(struct summary *s);
void summary_free(struct summary *s);

#endif
