// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other CPUs: INIT stops all of them, and a SIPI starts all of them in the low
 * page, where each finds out whether the payload uses it (low.S).
 */
#include "metal.h"

#define INIT_US		10000		/* MP specification, B.4 */
#define SIPI_US		200

static void broadcast(u32 icr)
{
	apic_send(APIC_DEST_ALLBUT | APIC_INT_ASSERT | icr, 0);
}

void smp_stop(struct world *w)
{
	if (w->acpi.nr_cpus < 2)
		return;
	w->has_aps = true;
	broadcast(APIC_DM_INIT);
	BS->Stall(INIT_US);
}

void smp_start(struct world *w)
{
	for (int i = 0; i < 2; i++) {
		broadcast(APIC_DM_STARTUP | (u64)w->low_page >> 12);
		BS->Stall(SIPI_US);
	}
}

void smp_leave(struct world *w)
{
	if (!w->has_aps)
		return;
	w->low->nr_ids = 0;
	machine_for_others(w->low, machine_pat());
	smp_stop(w);
	smp_start(w);
	smp_stop(w);
}
