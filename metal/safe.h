/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * WRMSR that the CPU may refuse, while the IDT is the firmware's.  Interrupts
 * have to be off.
 */
#ifndef METAL_SAFE_H
#define METAL_SAFE_H

#include "x86.h"

/* Returns 0, or the vector that it raised. */
int safe_wrmsr(u32 msr, u64 value);

#endif
