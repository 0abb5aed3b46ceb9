// SPDX-License-Identifier: GPL-2.0-only
/*
 * APIC IDs that become duplicates, and differ again - errata.rst, "x2APIC"
 *
 * Software may write an xAPIC's ID at any time, and so may a VMM, with KVM_SET_LAPIC; an ID
 * then means other vCPUs.  KVM keeps a map from IDs to vCPUs, which it recalculates after such
 * a write.  Two or three vCPUs may have the same ID, and the sender may be one of them.  All
 * effects of a duplicate have to end when the IDs differ again, also when two vCPUs have
 * swapped their IDs.
 */
#include "case.h"
#include "event.h"
#include "host.h"

CASE("x2apic-change", .vcpus = 4, .time_limit_ms = 10000);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 3, 2, 1 });

#define CPUS		4
#define SHARED_ID	5

static void take(u32 vcpu_id, u64 apic_id)
{
	call_on(index_of(vcpu_id), apic_take_id, (void *)apic_id);
}

static void take_by_ioctl(u32 vcpu_id, u64 apic_id)
{
	if (set_lapic(index_of(vcpu_id), APIC_ID, apic_id << 24) == -ENOSYS)
		take(vcpu_id, apic_id);
}

static void observe_fixed(const char *key, u32 id)
{
	observe_receivers(key, CPUS, EVENT_IPI, APIC_DM_FIXED, id);
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	for (u32 id = 1; id < CPUS; id++)
		take(id, SHARED_ID);
	observe_events("three", CPUS, EVENTS_GUEST_AND_VMM | BIT(EVENT_PIN), SHARED_ID);

	take(2, 2);
	observe_fixed("one-leaves.2", 2);
	observe_events("one-leaves", CPUS, EVENTS_GUEST_AND_VMM, SHARED_ID);
	take(1, 1);
	take(3, 3);
	observe_fixed("undone.1", 1);
	observe_fixed("undone.3", 3);
	observe_fixed("undone", SHARED_ID);

	take_by_ioctl(2, SHARED_ID);
	take_by_ioctl(3, SHARED_ID);
	observe_events("again", CPUS, EVENTS_GUEST_AND_VMM | BIT(EVENT_PIN), SHARED_ID);
	take_by_ioctl(2, 3);
	take_by_ioctl(3, 2);
	observe_fixed("swapped.2", 2);
	observe_fixed("swapped.3", 3);

	/* On bare metal the watchdog needs the first CPU's ID to find that CPU. */
	if (!mailbox.host)
		return;
	apic_take_id((void *)SHARED_ID);
	take(1, SHARED_ID);
	observe_events("with-sender", CPUS, EVENTS_GUEST_AND_VMM, SHARED_ID);
	observe_receivers("others", CPUS, EVENT_IPI, APIC_DM_FIXED | APIC_DEST_ALLBUT, 0);
	observe_receivers("all", CPUS, EVENT_IPI, APIC_DM_FIXED | APIC_DEST_ALLINC, 0);
	observe_receivers("self", CPUS, EVENT_IPI, APIC_DM_FIXED | APIC_DEST_SELF, 0);
	observe_receivers("broadcast", CPUS, EVENT_IPI, APIC_DM_FIXED, 0xff);
}
