// SPDX-License-Identifier: GPL-2.0-only
#include "legacy.h"

#include "cpu.h"
#include "protocol.h"

#define STUB_SIZE	16
#define INTERRUPT_GATE	0x8e00ul
#define ACCESSED	BIT(5)

extern const u8 legacy_stubs[];
extern u64 legacy_pdpt[4];
u32 legacy_enter(const void *code);

u32 legacy_call(const void *code)
{
	static u64 gates[NR_EXCEPTIONS];
	struct descriptor_table before = sidt(), idtr = { sizeof(gates) - 1, (u64)gates };
	u64 base = rdmsr(MSR_GS_BASE);
	u32 vector;

	for (u32 i = 0; i < NR_EXCEPTIONS; i++) {
		u64 stub = (u64)legacy_stubs + i * STUB_SIZE;

		gates[i] = (stub & 0xffff) | KERNEL_CS32 << 16 | INTERRUPT_GATE << 32 |
			   stub >> 16 << 48;
	}
	/* Reserved in a PDPTE, but QEMU sets it. */
	for (u32 i = 0; i < 4; i++)
		legacy_pdpt[i] &= ~ACCESSED;
	asm volatile("lidt %0" :: "m"(idtr));
	vector = legacy_enter(code);
	asm volatile("lidt %0" :: "m"(before));
	wrmsr(MSR_GS_BASE, base);
	return vector;
}
