// SPDX-License-Identifier: GPL-2.0-only
/*
 * Duplicate APIC IDs and PV IPIs - errata.rst, "x2APIC"
 *
 * KVM_HC_SEND_IPI is a hypercall that sends one IPI to a bitmap of APIC IDs.  It
 * uses the table from ID to vCPU and nothing else: with
 * KVM_X2APIC_API_USE_32BIT_IDS the one vCPU in the table gets the event, and
 * where a duplicate has made KVM give up the table, the hypercall has nothing
 * to work with and fails.
 *
 * The set-up is that of x2apic.c.
 */
#include "case.h"

CASE("pv-ipi", .vcpus = 3, .hypercalls = 1);
VARIANT("flag-off");
VARIANT("32bit-ids", .x2apic_api = KVM_X2APIC_API_USE_32BIT_IDS);
VARIANT("32bit-ids-reversed", .x2apic_api = KVM_X2APIC_API_USE_32BIT_IDS, .ids = { 0, 2, 1 });

#define CPUS		3
#define SHARED_ID	5

void guest_main(void)
{
	wait_for_cpus(CPUS);
	observe_receivers("unique", CPUS, EVENT_PV_IPI, APIC_DM_FIXED, 1);
	call_on(1, apic_take_id, (void *)SHARED_ID);
	call_on(2, apic_take_id, (void *)SHARED_ID);
	observe_receivers("shared.fixed", CPUS, EVENT_PV_IPI, APIC_DM_FIXED, SHARED_ID);
	observe_receivers("shared.nmi", CPUS, EVENT_PV_IPI, APIC_DM_NMI, SHARED_ID);
}
