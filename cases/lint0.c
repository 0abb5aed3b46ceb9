// SPDX-License-Identifier: GPL-2.0-only
/*
 * LVT LINT0 after RESET and INIT - api.rst 7.31, KVM_X86_QUIRK_LINT0_REENABLED
 *
 * After RESET and INIT, each entry of the local vector table is 0x10000: masked (SDM 3A,
 * "Local APIC State After Power-Up or Reset", and "After an INIT Reset").  On a PC, firmware
 * then sets the first CPU's LINT0 to ExtINT (0x700), because the 8259A is connected to it.
 * Some firmware did not, so KVM does it, unless the quirk is disabled.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "sipi.h"

CASE("lint0", .vcpus = 2);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_LINT0_REENABLED));

#define THERE		1
#define EXTINT		0x700

static void load(void *value)
{
	*(u32 *)value = apic_read(APIC_LVT0);
}

static void store(void *value)
{
	apic_write(APIC_LVT0, *(u32 *)value);
}

/* Observe LINT0 as the guest reads it, and as KVM_GET_LAPIC returns it. */
static void observe_lint0(const char *key, u32 index)
{
	s64 by_vmm = get_lapic(index, APIC_LVT0);
	u32 value;

	call_on(index, load, &value);
	observef("%s.lint0 = 0x%x", key, value);
	if (by_vmm < 0)
		observef("%s.get-lapic = %s", key, UNSEEN_GUEST "no host");
	else
		observef("%s.get-lapic = 0x%x", key, (u32)by_vmm);
}

void guest_main(void)
{
	u32 extint = EXTINT;

	wait_for_cpus(2);
	observe_lint0("here", 0);
	observe_lint0("there", THERE);
	call_on(THERE, store, &extint);
	observe_lint0("there.set", THERE);
	start_by_sipi(THERE, cpus[THERE].id);
	observe_lint0("there.after-init", THERE);
}
