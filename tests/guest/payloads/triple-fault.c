// SPDX-License-Identifier: GPL-2.0-only
/* Loads an empty IDT and faults: a triple fault, KVM_EXIT_SHUTDOWN. */
#include "case.h"

CASE("triple-fault");
VARIANT("default");

void guest_main(void)
{
	static const struct { u16 limit; u64 base; } __attribute__((packed)) none;

	observe("before", "seen");
	asm volatile("lidt %0; ud2" :: "m"(none));
}
