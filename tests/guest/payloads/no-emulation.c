// SPDX-License-Identifier: GPL-2.0-only
/*
 * An instruction that a KVM without hardware virtualization cannot emulate at
 * CPL0: POPCNT.  On other KVMs it runs.
 */
#include "case.h"

CASE("no-emulation");
VARIANT("default");

void guest_main(void)
{
	u64 n = 3;

	observe("before", "seen");
	asm volatile("popcnt %0, %0" : "+r"(n));
	observef("popcnt = %lu", n);
}
