// SPDX-License-Identifier: GPL-2.0-only
/* The gate of a machine check, entered by an instruction: hardware is hard to break. */
#include "case.h"

CASE("machine-check", .vcpus = 1);
VARIANT("default");

void guest_main(void)
{
	observe("before", "seen");
	asm volatile("int $18");
	observe("after", "seen");
}
