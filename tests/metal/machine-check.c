// SPDX-License-Identifier: GPL-2.0-only
/* INT enters the gate of #MC, because a real machine check is hard to cause. */
#include "case.h"

CASE("machine-check", .vcpus = 1);
VARIANT("default");

void guest_main(void)
{
	observe("before", "seen");
	asm volatile("int $18");
	observe("after", "seen");
}
