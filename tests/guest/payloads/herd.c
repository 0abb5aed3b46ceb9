// SPDX-License-Identifier: GPL-2.0-only
/* Many vCPUs that never start, that spin, or that send interrupts to each other. */
#include "apic.h"
#include "case.h"

#define CPUS		16
#define IDS(first)	{ first, 1, 2, 3, 4, 5, 6, 7 }

CASE("herd", .vcpus = CPUS, .time_limit_ms = 300);
VARIANT("left-waiting", .ap_start = AP_WAIT_FOR_SIPI);
VARIANT("never-started", .ids = IDS(101), .ap_start = AP_WAIT_FOR_SIPI);
VARIANT("all-spin", .ids = IDS(102));
VARIANT("storm", .ids = IDS(103));

/* Each vCPU waits for the next one with interrupts disabled, and the last one spins. */
static void spin_from(void *index)
{
	u32 next = (u32)(u64)index + 1;

	if (next < CPUS)
		call_on(next, spin_from, (void *)(u64)next);
	for (;;)
		pause();
}

/* The vCPU's id selects the variant. */
void guest_main(void)
{
	observe("before", "seen");
	switch (this_cpu()->id) {
	case 101:
		wait_for_cpus(CPUS);
		break;
	case 102:
		wait_for_cpus(CPUS);
		spin_from((void *)0);
		break;
	case 103:
		wait_for_cpus(CPUS);
		for (;;) {
			apic_send(APIC_DEST_ALLBUT | APIC_DM_NMI, 0);
			apic_send(APIC_DEST_ALLBUT | APIC_DM_FIXED | VECTOR_TEST, 0);
		}
	}
}
