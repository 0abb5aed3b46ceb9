// SPDX-License-Identifier: GPL-2.0-only
/*
 * The private page at the APIC's base address - api.rst 4.24, KVM_CREATE_IRQCHIP
 *
 * A CPU that accelerates APIC accesses recognizes them by a page that it finds at 0xfee00000 in
 * the guest's page tables (SDM 3C, "APIC-access address"; APM 2, "Advanced Virtual Interrupt
 * Controller").  KVM gives the VM such a page, in a memory slot of its own, when it creates a
 * vCPU.  The VMM cannot have a slot there as well: whichever comes second is refused.
 *
 * The guest looks at VMs that never run, because its own VM has vCPUs from the beginning.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

CASE("apic-page", .only_kvm = 1);
VARIANT("default");

#define PAGE	0x1000

static const char *other_create_vcpu(u64 id)
{
	return host_result(HOST_CALL(TARGET_OTHER_VM, 0, { .request = KVM_CREATE_VCPU, .data = id }));
}

static void observe_slot(const char *scope, enum irqchip irqchip, u64 address, u64 size)
{
	SCOPE(scope);
	create_other_vm(irqchip);
	observe("slot", other_set_slot(1, 0, address, size));
	observe("then-vcpu", other_create_vcpu(0));
	observe("then-another", other_create_vcpu(1));

	create_other_vm(irqchip);
	observe("vcpu", other_create_vcpu(0));
	observe("then-slot", other_set_slot(1, 0, address, size));
}

static void observe_irqchip(const char *scope, enum irqchip irqchip)
{
	SCOPE(scope);
	observe_slot("page", irqchip, APIC_DEFAULT_PHYS_BASE, PAGE);
	observe_slot("around", irqchip, APIC_DEFAULT_PHYS_BASE - PAGE, 3 * PAGE);
	observe_slot("before", irqchip, APIC_DEFAULT_PHYS_BASE - PAGE, PAGE);
	observe_slot("behind", irqchip, APIC_DEFAULT_PHYS_BASE + PAGE, PAGE);
}

void guest_main(void)
{
	observe_irqchip("kernel", IRQCHIP_KERNEL);
	observe_irqchip("split", IRQCHIP_SPLIT);
	observe_irqchip("none", 0);
}
