// SPDX-License-Identifier: GPL-2.0-only
/*
 * Duplicate APIC IDs and PV IPIs - errata.rst, "x2APIC"
 *
 * KVM_HC_SEND_IPI is a hypercall that sends one IPI to a bitmap of APIC IDs.  It finds vCPUs
 * only with the table from ID to vCPU.  With KVM_X2APIC_API_USE_32BIT_IDS, the one vCPU in the
 * table gets the event; if a duplicate ID has made KVM give up the table, the hypercall fails.
 *
 * The bitmap is two registers: 128 IDs in 64-bit mode, and 64 IDs in 32-bit mode.  KVM takes the
 * mode from CS, so a 32-bit code segment is enough.  Vary the ID of one vCPU: it is in the lower
 * half of the bitmap, in the upper half, or just beyond the bitmap.
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
#define ABSENT_ID	33	/* within the size of KVM's map */
#define FAR_ID		5000	/* beyond the map, as is the whole bitmap */

/* Observe who gets the IPI, and the number of receivers that KVM returns. */
static void observe_pv_ipi(enum event_source source, const char *key, u32 mode, u32 dest)
{
	s64 sent = event_send(source, mode, dest);

	observef("%s.receivers = %s", key, event_takers(CPUS, source, mode, dest, sent));
	if (sent < 0)
		observef("%s.returns = -%u", key, (u32)-sent);
	else
		observef("%s.returns = %u", key, (u32)sent);
}

/* Observe a bitmap of two registers, each with @half bits. */
static void observe_bitmap(enum event_source source, u32 half)
{
	u32 upper = half + 5, beyond = 2 * half;

	observe_pv_ipi(source, "unique", APIC_DM_FIXED, 1);
	observe_pv_ipi(source, "all", APIC_DM_FIXED, PV_IPI_ALL);
	observe_pv_ipi(source, "absent", APIC_DM_FIXED, ABSENT_ID);
	observe_pv_ipi(source, "far", APIC_DM_FIXED, FAR_ID);
	call_on(2, apic_take_id, (void *)(u64)upper);
	observe_pv_ipi(source, "upper", APIC_DM_FIXED, upper);
	observe_pv_ipi(source, "lower", APIC_DM_FIXED, cpus[1].id);
	observe_pv_ipi(source, "both", APIC_DM_FIXED, PV_IPI_ALL);
	call_on(2, apic_take_id, (void *)(u64)beyond);
	observe_pv_ipi(source, "beyond", APIC_DM_FIXED, PV_IPI_ALL);
	call_on(2, apic_take_id, (void *)(u64)cpus[2].id);
}

static void observe_32_bit(void)
{
	SCOPE("32-bit-mode");
	observe_bitmap(EVENT_PV_IPI_32, 32);
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	observe_32_bit();
	observe_bitmap(EVENT_PV_IPI, 64);
	call_on(1, apic_take_id, (void *)SHARED_ID);
	call_on(2, apic_take_id, (void *)SHARED_ID);
	observe_pv_ipi(EVENT_PV_IPI, "shared.fixed", APIC_DM_FIXED, SHARED_ID);
	observe_pv_ipi(EVENT_PV_IPI, "shared.nmi", APIC_DM_NMI, SHARED_ID);
}
