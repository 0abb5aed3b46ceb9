// SPDX-License-Identifier: GPL-2.0-only
/* Exits that the harness does not expect from any case, and instructions that may end in one. */
#include "case.h"

enum { PORT, MMIO, TRIPLE_FAULT, VMCALL, POPCNT };

CASE("exits", .time_limit_ms = 200);
VARIANT("port", .ids = { PORT });
VARIANT("mmio", .ids = { MMIO });
VARIANT("triple-fault", .ids = { TRIPLE_FAULT });
VARIANT("vmcall", .ids = { VMCALL });
VARIANT("popcnt", .ids = { POPCNT });

static void triple_fault(void)
{
	static const struct { u16 limit; u64 base; } __attribute__((packed)) none;

	asm volatile("lidt %0; ud2" :: "m"(none));
}

/* VMCALL or, if KVM rewrites it, VMMCALL: kvm_pvm never resumes the vCPU, other KVMs do. */
static void vmcall(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;
	u64 nr = 0xffff;

	asm volatile("1: vmcall\n2:\n" FIXUP : "+r"(vector), "+a"(nr) :: "memory");
	observe("after", "seen");
}

/* A KVM without hardware virtualization cannot emulate it at CPL0.  On other KVMs it runs. */
static void popcnt(void)
{
	u64 n = 3;

	asm volatile("popcnt %0, %0" : "+r"(n));
	observef("popcnt = %lu", n);
}

void guest_main(void)
{
	observe("before", "seen");
	switch (this_cpu()->id) {
	case PORT:
		asm volatile("outb %%al, $0x99" :: "a"(0));
		break;
	case MMIO:
		*(volatile u32 *)0xd0000000 = 1;
		break;
	case TRIPLE_FAULT:
		triple_fault();
		break;
	case VMCALL:
		vmcall();
		break;
	case POPCNT:
		popcnt();
		break;
	}
}
