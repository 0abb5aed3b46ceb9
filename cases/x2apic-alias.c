// SPDX-License-Identifier: GPL-2.0-only
/*
 * An xAPIC ID that is another vCPU's x2APIC ID - errata.rst, "x2APIC"
 *
 * Software cannot write the ID of an APIC in x2APIC mode, so two such APICs never have the
 * same ID; but a vCPU in xAPIC mode can take the ID of a vCPU in x2APIC mode.  By the
 * architecture, both then match that ID.
 *
 * With KVM_X2APIC_API_USE_32BIT_IDS, the vCPU in x2APIC mode has the entry in KVM's table,
 * whichever vCPU was created first.
 *
 * Here vCPU 1 is in x2APIC mode, vCPU 2 takes ID 1 in xAPIC mode, and the sender of events is
 * first in xAPIC mode, then in x2APIC mode.
 */
#include "case.h"
#include "event.h"

CASE("x2apic-alias", .vcpus = 3);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 2, 1 });

#define CPUS	3
#define ALIAS	1

static void alias(void)
{
	if (this_cpu()->id == ALIAS)
		apic_enable_x2apic();
	else
		apic_take_id((void *)ALIAS);
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	on_vcpu(1, NULL, alias);
	on_vcpu(2, NULL, alias);
	observe_events("from-xapic", CPUS, EVENTS_ALL, ALIAS);
	apic_enable_x2apic();
	observe_events("from-x2apic", CPUS, EVENTS_X2APIC, ALIAS);
}
