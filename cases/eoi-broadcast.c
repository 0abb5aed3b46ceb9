// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suppressed EOI broadcasts - api.rst 7.7
 *
 * An APIC broadcasts the EOI of a level-triggered interrupt to the I/O APICs, unless it can
 * suppress the broadcast (bit 24 of its version register) and software asks for that (bit 12
 * of the spurious-interrupt vector register); software then writes to the I/O APIC's own EOI
 * register (SDM 3A, "Local APIC Version Register", "Signaling Interrupt Servicing
 * Completion").
 *
 * With a split irqchip, the VMM emulates the I/O APIC, and an EOI that reaches the I/O APIC
 * exits to the VMM.
 */
#include "case.h"
#include "event.h"
#include "host.h"

CASE("eoi-broadcast", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("split", .irqchip = IRQCHIP_SPLIT);
VARIANT("split-suppress", .irqchip = IRQCHIP_SPLIT,
	X2APIC_API(KVM_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST));
VARIANT("split-no-suppress", .irqchip = IRQCHIP_SPLIT,
	X2APIC_API(KVM_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST));
VARIANT("kernel");
VARIANT("kernel-no-suppress", X2APIC_API(KVM_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST));

#define APIC_LVR_DIRECTED_EOI	BIT(24)
#define APIC_SPIV_DIRECTED_EOI	BIT(12)
#define GSI			23	/* a split irqchip reports its EOI to the VMM */
#define MSI_DATA_LEVEL		BIT(15)

/* Send an MSI to this vCPU, and return whether its EOI exits to the VMM. */
static const char *eoi_of(u32 trigger)
{
	const struct kvm_msi msi = {
		.address_lo = APIC_DEFAULT_PHYS_BASE | this_cpu()->id << 12,
		.data = trigger | APIC_INT_ASSERT | APIC_DM_FIXED | VECTOR_TEST,
	};
	u32 before = this_cpu()->received[VECTOR_TEST];
	struct vmm_exit e;

	vmm_exit();
	if (route_msi(GSI, false, &msi) || raise_irqfd(GSI))
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

static void observe_eoi(const char *suppress)
{
	observef("%s.eoi.level = %s", suppress, eoi_of(MSI_DATA_LEVEL));
	observef("%s.eoi.edge = %s", suppress, eoi_of(0));
}

static void observe_apic(void)
{
	u32 spiv = apic_read(APIC_SPIV);

	observe("version", apic_read(APIC_LVR) & APIC_LVR_DIRECTED_EOI ?
		"can-suppress" : "cannot-suppress");
	observe_eoi("not-suppressed");
	apic_write(APIC_SPIV, spiv | APIC_SPIV_DIRECTED_EOI);
	observe("spiv", kept(apic_read(APIC_SPIV) & APIC_SPIV_DIRECTED_EOI));
	observe_eoi("suppressed");
	apic_write(APIC_SPIV, spiv);
	observe_eoi("not-suppressed-again");
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_apic);
	apic_enable_x2apic();
	on_vcpu(0, "x2apic", observe_apic);
}
