// SPDX-License-Identifier: GPL-2.0-only
/*
 * Duplicate APIC IDs - errata.rst, "x2APIC"
 *
 * An interrupt names its destination by APIC ID, and every APIC that has the
 * ID takes it.  In xAPIC mode software may write the ID, so two can be alike;
 * then both take it.
 *
 * KVM keeps a table from ID to vCPU.  With KVM_X2APIC_API_USE_32BIT_IDS the
 * table has one place an ID and one vCPU gets the interrupt; without the flag
 * KVM gives up the table when it meets a duplicate and asks every vCPU.
 *
 * Here vCPUs with ids 1 and 2 both take APIC ID 5, vCPU 0 sends to 5, and a
 * fence behind it makes sure that all that was sent has arrived.
 */
#include "case.h"

#define USE_32BIT_IDS	(1 << 0)	/* KVM_X2APIC_API_USE_32BIT_IDS */

CASE("x2apic", .vcpus = 3);
VARIANT("flag-off");
VARIANT("32bit-ids", .x2apic_api = USE_32BIT_IDS);
VARIANT("32bit-ids-reversed", .x2apic_api = USE_32BIT_IDS, .ids = { 0, 2, 1 });

#define CPUS		3
#define SHARED_ID	5

static volatile u32 share_ids;

void guest_ap_main(void)
{
	struct cpu *cpu = this_cpu();

	apic_enable();
	cpu->ready = 1;
	while (!share_ids)
		wait_for_irq();
	apic_write(APIC_ID, SHARED_ID << 24);
	cpu->ready = 2;
	for (;;)
		wait_for_irq();
}

static const char *receivers_of(u32 dest)
{
	apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR_TEST, dest);
	apic_fence(CPUS);
	return receivers(CPUS, VECTOR_TEST);
}

void guest_main(void)
{
	apic_enable();
	wait_for_cpus(CPUS, 1);
	observe("unique.1.receivers", receivers_of(1));
	observe("unique.2.receivers", receivers_of(2));
	observe("absent.receivers", receivers_of(SHARED_ID));

	share_ids = 1;
	apic_fence(CPUS);
	wait_for_cpus(CPUS, 2);
	observe("shared.receivers", receivers_of(SHARED_ID));
	observe("former.receivers", receivers_of(1));
}
