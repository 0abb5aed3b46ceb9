/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Another run's record beside this one: where a CPU and KVM differ is what the
 * errata speak of.
 */
#ifndef TELL_BASELINE_H
#define TELL_BASELINE_H

#include "judge/judge.h"

struct baseline;

/*
 * baseline_open() - read the record @path, kvm-errata.json of bare metal.
 * Returns NULL with *@error, which the caller frees.
 */
struct baseline *baseline_open(const char *path, char **error);
void baseline_close(struct baseline *b);

/* baseline_begin() - say what it is, as diagnostics. */
void baseline_begin(const struct baseline *b);

/*
 * baseline_result() - set @r beside what the record has of the same check, or of
 * the same key in another variant of the case: bare metal is only one of them.
 */
void baseline_result(struct baseline *b, const struct result *r);

/* baseline_end_case() - print what baseline_result() found since the last call. */
void baseline_end_case(struct baseline *b);

#endif
