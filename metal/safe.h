/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A WRMSR that may raise #GP, while the firmware's IDT is loaded.  Interrupts must
 * be off.
 */
#ifndef METAL_SAFE_H
#define METAL_SAFE_H

#include "x86.h"

/* Return 0, or the vector of the exception. */
int safe_wrmsr(u32 msr, u64 value);

#endif
