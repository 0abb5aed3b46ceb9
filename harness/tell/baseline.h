/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compare this run with another record, such as bare metal's: the errata are about
 * where KVM differs from a CPU.
 */
#ifndef TELL_BASELINE_H
#define TELL_BASELINE_H

#include "judge/session.h"

struct baseline;

/*
 * baseline_open() - judge the record @path, such as bare metal's, by @e.
 * Return NULL on error with *@error, which the caller frees.
 */
struct baseline *baseline_open(const char *path, struct expectations *e, char **error);
void baseline_close(struct baseline *b);

/*
 * baseline_sink() - return the sink that compares each observation with the record's:
 * the same observation, or the same key in another variant of the case, because bare
 * metal can be only one of them.  It prints where they differ as diagnostics, case by
 * case.
 */
struct result_sink baseline_sink(struct baseline *b);

#endif
