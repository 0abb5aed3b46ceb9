/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef METAL_RUN_H
#define METAL_RUN_H

#include "record/facts.h"
#include "record/report.h"
#include "world.h"

/*
 * run_variant() - run @v of @c on this machine, as far as it can be such a
 * machine, and fill @r.  The firmware's state is restored before it returns.
 * Returns NULL, or what of that state could not be restored.
 */
const char *run_variant(struct world *w, const struct facts *facts, const struct case_file *c,
			const struct vm_note *v, struct report *r);

#endif
