// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logical destinations - errata.rst, "x2APIC"
 *
 * A logical destination names no APIC ID, so KVM_X2APIC_API_USE_32BIT_IDS, which is about IDs,
 * changes nothing there: every member that the destination names takes the event.  In xAPIC
 * mode, the destination format register says how a vCPU reads a destination: flat, with one
 * bit per member, or as a cluster, with four bits for the number of the cluster and one bit
 * for each of its members.  In x2APIC mode there are 16 bits for each part, and the logical ID
 * follows from the APIC ID.  (SDM 3A, 11.6.2.2 "Logical Destination Mode", 11.12.10.2.)
 *
 * Here vCPUs 1 and 2 are in cluster 1, and so is vCPU 17, which has the ID of vCPU 1; vCPU 3
 * is in cluster 2.  Then the vCPUs switch to x2APIC mode one after the other; there, vCPUs 0
 * to 3 are in cluster 0 and vCPU 17 is in cluster 1.
 */
#include "case.h"
#include "event.h"

CASE("x2apic-logical", .vcpus = 5, .ids = { 0, 1, 2, 3, 17 });
VARIANT("flag-off");
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS),
	.ids = { 0, 17, 3, 2, 1 });

#define CPUS		5
#define DFR_FLAT	0xffffffff
#define DFR_CLUSTER	0x0fffffff

struct logical {
	u32 dfr, id;
};

static void take_logical(void *argument)
{
	const struct logical *l = argument;

	apic_write(APIC_DFR, l->dfr);
	apic_write(APIC_LDR, l->id << 24);
}

static void take(u32 vcpu_id, u32 dfr, u32 id)
{
	struct logical l = { dfr, id };

	call_on(index_of(vcpu_id), take_logical, &l);
}

static void observe_ipi(const char *key, u32 mode, u32 dest)
{
	observe_receivers(key, CPUS, EVENT_IPI, mode | APIC_DEST_LOGICAL, dest);
}

static void observe_sources(const char *key, u32 mode, u32 dest)
{
	for (enum event_source s = EVENT_IPI; s <= EVENT_MSI; s++) {
		u32 icr = mode | APIC_DEST_LOGICAL;
		s64 sent = event_send(s, icr, dest);

		observef("%s.%s.receivers = %s", key, event_sources[s],
			 event_takers(CPUS, s, icr, dest, sent));
	}
}

static void observe_clusters(void)
{
	take_logical(&(struct logical) { DFR_CLUSTER, 0x81 });
	take(1, DFR_CLUSTER, 0x11);
	take(2, DFR_CLUSTER, 0x12);
	take(3, DFR_CLUSTER, 0x21);
	take(17, DFR_CLUSTER, 0x14);
	observe_ipi("cluster.one", APIC_DM_FIXED, 0x11);
	observe_ipi("cluster.two", APIC_DM_FIXED, 0x13);
	observe_sources("cluster.three", APIC_DM_FIXED, 0x17);
	observe_sources("cluster.three.lowest", APIC_DM_LOWEST, 0x17);
	observe_ipi("cluster.one-absent.lowest", APIC_DM_LOWEST, 0x1f);
	observe_ipi("cluster.three.nmi", APIC_DM_NMI, 0x17);
	observe_ipi("cluster.other", APIC_DM_FIXED, 0x27);
	observe_ipi("cluster.nobody", APIC_DM_FIXED, 0x18);
	observe_ipi("cluster.all", APIC_DM_FIXED, 0xff);
	take(3, DFR_CLUSTER, 0x11);
	observe_sources("cluster.shared", APIC_DM_FIXED, 0x11);
	take(3, DFR_FLAT, 0x11);
	observe_ipi("cluster.beside-flat", APIC_DM_FIXED, 0x10);
	observe_sources("cluster.and-flat", APIC_DM_FIXED, 0x11);
}

static void observe_x2apic(void)
{
	apic_enable_x2apic();
	on_vcpu(index_of(1), NULL, apic_enable_x2apic);
	on_vcpu(index_of(17), NULL, apic_enable_x2apic);
	observe_ipi("x2apic.beside-xapic", APIC_DM_FIXED, 0x10002);
	for (u32 i = 1; i < CPUS; i++)
		on_vcpu(i, NULL, apic_enable_x2apic);
	observe_ipi("x2apic.one", APIC_DM_FIXED, 0x2);
	observe_ipi("x2apic.three", APIC_DM_FIXED, 0xe);
	observe_ipi("x2apic.three.lowest", APIC_DM_LOWEST, 0xe);
	observe_ipi("x2apic.three.nmi", APIC_DM_NMI, 0xe);
	observe_ipi("x2apic.other", APIC_DM_FIXED, 0x10002);
	observe_ipi("x2apic.nobody", APIC_DM_FIXED, 0x20002);
	observe_ipi("x2apic.all", APIC_DM_FIXED, 0xffffffff);
	observe_receivers("x2apic.broadcast", CPUS, EVENT_IPI, APIC_DM_FIXED, 0xffffffff);
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	call_on(index_of(17), apic_take_id, (void *)1);
	observe_clusters();
	observe_x2apic();
}
