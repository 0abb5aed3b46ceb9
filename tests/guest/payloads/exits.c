// SPDX-License-Identifier: GPL-2.0-only
/* Exits that the harness does not expect from any case. */
#include "case.h"

CASE("exits");
VARIANT("port");
VARIANT("mmio", .ids = { 1 });

void guest_main(void)
{
	observe("before", "seen");
	if (this_cpu()->id)
		*(volatile u32 *)0xd0000000 = 1;
	else
		asm volatile("outb %%al, $0x99" :: "a"(0));
}
