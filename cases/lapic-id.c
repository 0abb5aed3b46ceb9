// SPDX-License-Identifier: GPL-2.0-only
/*
 * The APIC ID in KVM_GET_LAPIC and KVM_SET_LAPIC - api.rst 4.57, 4.58
 *
 * An xAPIC's ID is bits 31:24 of its register, an x2APIC's ID is all 32 bits (SDM 3A, "Local
 * APIC ID Register", "x2APIC Register Address Space").  Unless the VMM has enabled
 * KVM_X2APIC_API_USE_32BIT_IDS, it always sees the xAPIC format, which has no room for ID 257.
 * A VMM cannot change an x2APIC's ID: with the flag, KVM refuses another ID.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

CASE("lapic-id", .vcpus = 3, .ids = { 0, 1, 257 }, .only_kvm = 1);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));

static u32 get_id(u32 index)
{
	return get_lapic(index, APIC_ID);
}

static const char *set_id(u32 index, u32 value)
{
	return host_result(set_lapic(index, APIC_ID, value));
}

static void observe_format(const char *mode)
{
	for (u32 i = 0; i < 3; i++)
		observef("%s.%u.get-lapic = 0x%x", mode, cpus[i].id, get_id(i));
}

static void load_id(void *id)
{
	*(u32 *)id = apic_read(APIC_ID);
}

static u32 own_id(u32 index)
{
	u32 id;

	call_on(index, load_id, &id);
	return id;
}

/* Set the ID that the APIC has, then an ID that differs in both formats. */
static void observe_set(const char *mode, u32 index)
{
	u32 now = get_id(index), id = cpus[index].id;

	observef("%s.%u.set-same = %s", mode, id, set_id(index, now));
	observef("%s.%u.set-same.then = 0x%x", mode, id, own_id(index));
	observef("%s.%u.set-other = %s", mode, id, set_id(index, now ^ 0x06000006));
	observef("%s.%u.set-other.then = 0x%x", mode, id, own_id(index));
	set_id(index, now);
}

void guest_main(void)
{
	wait_for_cpus(3);
	observe_format("xapic");
	observe_set("xapic", 1);
	apic_enable_x2apic();
	on_vcpu(1, NULL, apic_enable_x2apic);
	on_vcpu(2, NULL, apic_enable_x2apic);
	observe_format("x2apic");
	observe_set("x2apic", 0);
	observe_set("x2apic", 1);
	observe_set("x2apic", 2);
}
