// SPDX-License-Identifier: GPL-2.0-only
/*
 * Duplicate APIC IDs and PV IPIs - errata.rst, "x2APIC"
 *
 * KVM_HC_SEND_IPI is a hypercall that sends one IPI to a bitmap of APIC IDs.  It finds vCPUs
 * only with the table from ID to vCPU.  With KVM_X2APIC_API_USE_32BIT_IDS, the one vCPU in the
 * table gets the event; if a duplicate ID has made KVM give up the table, the hypercall fails.
 *
 * The setup is that of x2apic.c.
 */
#include "case.h"
#include "event.h"

CASE("pv-ipi", .vcpus = 3, .hypercalls = 1);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 2, 1 });

#define CPUS		3
#define SHARED_ID	5
#define UPPER_ID	69	/* in the upper half of the bitmap */
#define ABSENT_ID	33	/* within the size of KVM's map */
#define FAR_ID		5000	/* beyond the map, as is the whole bitmap */

/* Observe who gets the IPI, and the number of receivers that KVM returns. */
static void observe_pv_ipi(const char *key, u32 mode, u32 dest)
{
	s64 sent = event_send(EVENT_PV_IPI, mode, dest);

	observef("%s.receivers = %s", key, event_takers(CPUS, EVENT_PV_IPI, mode, dest, sent));
	if (sent < 0)
		observef("%s.returns = -%u", key, (u32)-sent);
	else
		observef("%s.returns = %u", key, (u32)sent);
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	observe_pv_ipi("unique", APIC_DM_FIXED, 1);
	observe_pv_ipi("all", APIC_DM_FIXED, PV_IPI_ALL);
	observe_pv_ipi("absent", APIC_DM_FIXED, ABSENT_ID);
	observe_pv_ipi("far", APIC_DM_FIXED, FAR_ID);
	call_on(2, apic_take_id, (void *)UPPER_ID);
	observe_pv_ipi("upper", APIC_DM_FIXED, UPPER_ID);
	call_on(1, apic_take_id, (void *)SHARED_ID);
	call_on(2, apic_take_id, (void *)SHARED_ID);
	observe_pv_ipi("shared.fixed", APIC_DM_FIXED, SHARED_ID);
	observe_pv_ipi("shared.nmi", APIC_DM_NMI, SHARED_ID);
}
