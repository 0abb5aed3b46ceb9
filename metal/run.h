/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef METAL_RUN_H
#define METAL_RUN_H

#include "record/facts.h"
#include "record/report.h"
#include "world.h"

/*
 * run_variant() - run @v of @c, if this machine meets what @v asks for, and fill @r.
 * The firmware's state is restored on return.  Return NULL, or text that names a
 * register that could not be restored.
 */
const char *run_variant(struct world *w, const struct facts *facts, const struct case_file *c,
			const struct vm_note *v, struct report *r);

#endif
