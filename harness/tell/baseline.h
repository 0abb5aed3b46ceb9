/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Another run's record beside this one: where a CPU and KVM differ is what the
 * errata speak of.
 */
#ifndef TELL_BASELINE_H
#define TELL_BASELINE_H

#include "judge/session.h"

struct baseline;

/*
 * baseline_open() - judge the record @path, bare metal's for one, by @e.
 * Returns NULL with *@error, which the caller frees.
 */
struct baseline *baseline_open(const char *path, struct expectations *e, char **error);
void baseline_close(struct baseline *b);

/*
 * baseline_sink() - what sets each result beside the one that the record has of
 * the same check, or of the same key in another variant of the case, as bare
 * metal is only one of them; and prints as diagnostics, case by case, where the
 * two differ.
 */
struct result_sink baseline_sink(struct baseline *b);

#endif
