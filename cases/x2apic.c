// SPDX-License-Identifier: GPL-2.0-only
/*
 * Duplicate APIC IDs - errata.rst, "x2APIC"
 *
 * An interrupt names its destination by APIC ID, and every APIC that has the ID takes the
 * interrupt.  In xAPIC mode software may write the ID, so two APICs can have the same ID; then
 * both take the interrupt.
 *
 * KVM keeps a table from ID to vCPU.  With KVM_X2APIC_API_USE_32BIT_IDS, the table has one
 * entry per ID and one vCPU gets the interrupt; without the flag, KVM gives up the table when
 * it finds a duplicate, and asks every vCPU.  KVM looks up logical destinations elsewhere:
 * there, every vCPU that matches gets the interrupt.
 *
 * Here the vCPUs with IDs 1 and 2 both take APIC ID 5, and the case sends events of every kind
 * to 5.  A fence after each of them makes sure that everything sent has arrived.
 */
#include "case.h"
#include "event.h"

CASE("x2apic", .vcpus = 3);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 2, 1 });

#define CPUS		3
#define SHARED_ID	5
#define SHARED_LDR	0x20

static void take_logical_id(void *id)
{
	apic_write(APIC_LDR, (u32)(u64)id << 24);
}

static void observe_logical(const char *key, enum event_source source)
{
	observe_receivers(key, CPUS, source, APIC_DM_FIXED | APIC_DEST_LOGICAL, SHARED_LDR);
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	observe_receivers("unique.1", CPUS, EVENT_IPI, APIC_DM_FIXED, 1);
	observe_receivers("unique.2", CPUS, EVENT_IPI, APIC_DM_FIXED, 2);
	observe_receivers("absent", CPUS, EVENT_IPI, APIC_DM_FIXED, SHARED_ID);

	call_on(1, apic_take_id, (void *)SHARED_ID);
	call_on(2, apic_take_id, (void *)SHARED_ID);
	observe_events("shared", CPUS, EVENTS_ALL, SHARED_ID);
	observe_receivers("former", CPUS, EVENT_IPI, APIC_DM_FIXED, 1);

	call_on(1, take_logical_id, (void *)SHARED_LDR);
	observe_logical("logical.unique.ipi", EVENT_IPI);
	call_on(2, take_logical_id, (void *)SHARED_LDR);
	observe_logical("logical.shared.ipi", EVENT_IPI);
	observe_logical("logical.shared.msi", EVENT_MSI);
	observe_logical("logical.shared.irqfd", EVENT_IRQFD);
}
