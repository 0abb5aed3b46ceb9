// SPDX-License-Identifier: GPL-2.0-only
/*
 * Duplicate APIC IDs by KVM_SET_LAPIC - errata.rst, "x2APIC"
 *
 * A VMM can do from outside what x2apic.c does from inside: KVM_SET_LAPIC writes the same ID
 * to the registers of two vCPUs in xAPIC mode, as a VMM would when it restores a guest that
 * has done this itself.  The guest reads the ID back, and KVM delivers events by the same
 * rules.
 */
#include "case.h"
#include "event.h"
#include "host.h"

CASE("x2apic-lapic", .vcpus = 3);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 2, 1 });

#define CPUS		3
#define SHARED_ID	5

static void read_id(void *id)
{
	*(u32 *)id = apic_read(APIC_ID) >> 24;
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	for (u32 i = 1; i < CPUS; i++) {
		s64 ret = set_lapic(i, APIC_ID, SHARED_ID << 24);
		u32 id = 0;

		call_on(i, read_id, &id);
		observef("set-lapic.%u = %ld", cpus[i].id, ret);
		observef("set-lapic.%u.id = %u", cpus[i].id, id);
	}
	observe_events("shared", CPUS, EVENTS_ALL, SHARED_ID);
}
