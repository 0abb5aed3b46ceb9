// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starting vCPUs as firmware and kernels do: INIT, then SIPI, SIPI.
 */
#include "case.h"

#define PATIENCE	2000000		/* polls; none where it comes up */

volatile u32 trampoline_cr0, trampoline_index, trampoline_id;

static void put_trampoline(void)
{
	extern const u8 trampoline_start[], trampoline_end[];
	volatile u64 *to = (volatile u64 *)TRAMPOLINE;
	const u64 *from = (const u64 *)trampoline_start;

	while ((const u8 *)from < trampoline_end)
		*to++ = *from++;
}

bool start_by_sipi(u32 index, u32 id)
{
	struct cpu *cpu = &cpus[index];

	put_trampoline();
	cpu->ready = 0;
	trampoline_index = index;
	trampoline_id = id;
	apic_send(APIC_DM_INIT | APIC_INT_ASSERT, id);
	for (int i = 0; i < 2; i++)
		apic_send(APIC_DM_STARTUP | APIC_INT_ASSERT | TRAMPOLINE >> 12, id);
	for (u32 i = 0; !cpu->ready && i < PATIENCE; i++)
		pause();
	return cpu->ready;
}
