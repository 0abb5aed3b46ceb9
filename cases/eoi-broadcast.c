// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suppressed EOI broadcasts - api.rst 7.7
 *
 * The EOI of a level-triggered interrupt goes to the I/O APICs, unless the APIC can hold
 * it back (bit 24 of its version register) and software asks for that (bit 12 of the
 * spurious-interrupt vector register); then it writes to the I/O APIC's own EOI register
 * (SDM 3A, "Local APIC Version Register", "Signaling Interrupt Servicing Completion").
 *
 * With a split irqchip the I/O APIC is the VMM's, and what reaches it is an exit.
 */
#include "case.h"

CASE("eoi-broadcast", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("split", .irqchip = IRQCHIP_SPLIT);
VARIANT("split-suppress", .irqchip = IRQCHIP_SPLIT,
	.x2apic_api = KVM_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST);
VARIANT("split-no-suppress", .irqchip = IRQCHIP_SPLIT,
	.x2apic_api = KVM_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST);
VARIANT("kernel");
VARIANT("kernel-no-suppress", .x2apic_api = KVM_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST);

#define APIC_LVR_DIRECTED_EOI	BIT(24)
#define APIC_SPIV_DIRECTED_EOI	BIT(12)
#define MSI_DATA_LEVEL		BIT(15)

/* An MSI to this vCPU, whose EOI is an exit or none. */
static const char *eoi_of(u64 trigger)
{
	u64 arg[6] = {
		APIC_DEFAULT_PHYS_BASE | this_cpu()->id << 12, 0,
		trigger | APIC_INT_ASSERT | APIC_DM_FIXED | VECTOR_TEST,
	};
	u32 before = this_cpu()->received[VECTOR_TEST];
	struct vmm_exit e;

	vmm_exit();
	if (host_call(SERVICE_IRQFD_MSI, arg))
		return "refused";
	take_pending();
	if (this_cpu()->received[VECTOR_TEST] != before + 1)
		return "lost";
	enter_again();
	e = vmm_exit();
	if (!e.count)
		return "no-exit";
	return e.count == 1 && e.reason == KVM_EXIT_IOAPIC_EOI && e.where == VECTOR_TEST ?
	       "exit" : "another-exit";
}

static void observe_eoi(const char *where, const char *suppress)
{
	observef("%s.%s.eoi.level = %s", where, suppress, eoi_of(MSI_DATA_LEVEL));
	observef("%s.%s.eoi.edge = %s", where, suppress, eoi_of(0));
}

static void observe_apic(void *key)
{
	const char *where = key;
	u32 spiv = apic_read(APIC_SPIV);

	observef("%s.version = %s", where, apic_read(APIC_LVR) & APIC_LVR_DIRECTED_EOI ?
		 "can-suppress" : "cannot-suppress");
	observe_eoi(where, "not-suppressed");
	apic_write(APIC_SPIV, spiv | APIC_SPIV_DIRECTED_EOI);
	observef("%s.spiv = %s", where, kept(apic_read(APIC_SPIV) & APIC_SPIV_DIRECTED_EOI));
	observe_eoi(where, "suppressed");
	apic_write(APIC_SPIV, spiv);
	observe_eoi(where, "not-suppressed-again");
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_apic("here");
	call_on(1, observe_apic, "there");
	apic_enable_x2apic();
	observe_apic("x2apic");
}
