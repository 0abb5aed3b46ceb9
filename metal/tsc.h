/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef METAL_TSC_H
#define METAL_TSC_H

#include "x86.h"

static inline u64 rdtsc(void)
{
	u32 lo, hi;

	asm volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (u64)hi << 32 | lo;
}

#endif
