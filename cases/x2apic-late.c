// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vCPU that is added later - errata.rst, "x2APIC"
 *
 * A VMM may create a vCPU at any time.  The new vCPU's APIC ID is its vCPU ID; if another vCPU
 * has taken that ID in the meantime, both have the same ID as soon as the new vCPU exists.
 *
 * Here vCPU 3 is added while no other vCPU has its ID.  Then vCPUs 1 and 2 take ID 4, vCPU 4
 * is added, and vCPUs 1 and 2 take their own IDs again.
 */
#include "case.h"
#include "event.h"
#include "host.h"

CASE("x2apic-late", .vcpus = 5, .late = 2);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 2, 1, 3, 4 });

#define EARLY	3
#define CPUS	5
#define LATE	4		/* the ID of the last vCPU */

static void take_own(u32 index)
{
	call_on(index, apic_take_id, (void *)(u64)cpus[index].id);
}

void guest_main(void)
{
	wait_for_cpus(EARLY);
	add_vcpu();
	wait_for_cpus(EARLY + 1);
	observe_events("created", EARLY + 1, EVENTS_GUEST_AND_VMM, EARLY);

	for (u32 i = 1; i < EARLY; i++)
		call_on(i, apic_take_id, (void *)LATE);
	observe_receivers("before", EARLY + 1, EVENT_IPI, APIC_DM_FIXED, LATE);
	add_vcpu();
	wait_for_cpus(CPUS);
	observe_events("alike", CPUS, EVENTS_GUEST_AND_VMM, LATE);
	take_own(1);
	observe_receivers("one-leaves", CPUS, EVENT_IPI, APIC_DM_FIXED, LATE);
	take_own(2);
	observe_events("alone", CPUS, EVENTS_GUEST_AND_VMM, LATE);
	observe_receivers("others", CPUS, EVENT_IPI, APIC_DM_FIXED | APIC_DEST_ALLBUT, 0);
}
