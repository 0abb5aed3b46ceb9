/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef METAL_FACTS_H
#define METAL_FACTS_H

#include "record/facts.h"
#include "world.h"

/* facts_read() - read the facts of this machine: vendor=metal, cpu_vendor=amd, ... */
void facts_read(struct facts *facts, const struct world *w);

#endif
