// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starting vCPUs as firmware and kernels do: INIT, then SIPI, SIPI.
 */
#include "sipi.h"

#include "apic.h"
#include "case.h"
#include "host.h"

#define PATIENCE		2000000	/* polls before a vCPU counts as not started */

volatile u32 trampoline_cr0, trampoline_index, trampoline_id;
volatile u32 trampoline_starts[MAX_STARTS];

void put_at_trampoline(const u8 *from, const u8 *end)
{
	volatile u8 *to = (volatile u8 *)TRAMPOLINE;

	while (from < end)
		*to++ = *from++;
}

static void put_trampoline(void)
{
	extern const u8 trampoline_start[], trampoline_end[];

	put_at_trampoline(trampoline_start, trampoline_end);
}

void send_init_sipi(u32 icr, u32 dest)
{
	if ((icr & 0x700) != APIC_DM_STARTUP)
		apic_send(APIC_DM_INIT | APIC_INT_ASSERT | icr, dest);
	for (int i = 0; i < 2; i++)
		apic_send(APIC_DM_STARTUP | APIC_INT_ASSERT | icr | TRAMPOLINE >> 12, dest);
}

/* KVM handles the SIPI during the write to the ICR, so the state is already up to date. */
static bool still_waits(u32 index)
{
	s64 state = mp_state(index);

	return state == KVM_MP_STATE_UNINITIALIZED || state == KVM_MP_STATE_INIT_RECEIVED;
}

bool start_by_sipi(u32 index, u32 id)
{
	struct cpu *cpu = &cpus[index];
	u32 before = cpu->ready;

	put_trampoline();
	trampoline_index = index;
	trampoline_id = id;
	send_init_sipi(0, id);
	if (still_waits(index))
		return false;
	for (u32 i = 0; cpu->ready == before && i < PATIENCE; i++)
		cpu_relax();
	return cpu->ready != before;
}

const char *sipi_receivers(u32 nr_cpus, u32 icr, u32 dest)
{
	u32 starts[MAX_STARTS], fences[nr_cpus];

	put_trampoline();
	trampoline_index = 0;
	for (u32 i = 0; i < MAX_STARTS; i++)
		starts[i] = trampoline_starts[i];
	for (u32 i = 1; i < nr_cpus; i++)
		fences[i] = cpus[i].received[VECTOR_FENCE];
	send_init_sipi(icr, dest);
	/* A vCPU that has not been reset takes this fence. */
	apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | APIC_DEST_ALLBUT | VECTOR_FENCE, 0);
	for (u32 i = 1; i < nr_cpus; i++) {
		u32 id = cpus[i].id % MAX_STARTS, patience = PATIENCE;

		while (trampoline_starts[id] == starts[id] &&
		       cpus[i].received[VECTOR_FENCE] == fences[i] && --patience)
			cpu_relax();
		if (trampoline_starts[id] != starts[id])
			cpus[i].received[VECTOR_TEST]++;	/* counted by receivers() */
	}
	return receivers(nr_cpus, VECTOR_TEST);
}
