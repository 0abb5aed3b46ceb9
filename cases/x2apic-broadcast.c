// SPDX-License-Identifier: GPL-2.0-only
/*
 * 0xff as an x2APIC destination - api.rst 7.7, KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK
 *
 * In xAPIC mode, destination 0xff is a broadcast.  In x2APIC mode, 0xff is an ordinary ID, or
 * the logical CPUs 0 to 7 of cluster 0, and a broadcast is 0xffffffff (SDM 3A, "x2APIC").  An
 * MSI has only eight bits of destination, so KVM treats 0xff in an MSI as a broadcast in
 * x2APIC mode, too, unless the VMM disables that.
 *
 * One of the four vCPUs is not in cluster 0.
 */
#include "case.h"
#include "event.h"

CASE("x2apic-broadcast", .vcpus = 4, .ids = { 0, 1, 2, 16 }, .only_kvm = 1);
VARIANT("default");
VARIANT("quirk-disabled", X2APIC_API(KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK));
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-quirk-disabled", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS |
	KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK));

#define CPUS		4
#define XAPIC_ALL	0xff
#define X2APIC_ALL	0xffffffff

static void observe_all(const char *key, u32 dest)
{
	static const enum event_source sources[] = { EVENT_IPI, EVENT_MSI, EVENT_IRQFD };

	for (u32 i = 0; i < ARRAY_SIZE(sources); i++) {
		for (u32 logical = 0; logical < 2; logical++) {
			u32 mode = APIC_DM_FIXED | (logical ? APIC_DEST_LOGICAL : 0);
			s64 sent = event_send(sources[i], mode, dest);

			observef("%s.%s.%s.receivers = %s", key, logical ? "logical" : "physical",
				 event_sources[sources[i]],
				 event_takers(CPUS, sources[i], mode, dest, sent));
		}
	}
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	observe_all("xapic.0xff", XAPIC_ALL);
	apic_enable_x2apic();
	for (u32 i = 1; i < CPUS; i++)
		on_vcpu(i, NULL, apic_enable_x2apic);
	observe_all("x2apic.0xff", XAPIC_ALL);
	observe_all("x2apic.0xffffffff", X2APIC_ALL);
}
