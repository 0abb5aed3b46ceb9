// SPDX-License-Identifier: GPL-2.0-only
/*
 * APIC MMIO outside xAPIC mode - api.rst 7.31, KVM_X86_QUIRK_LAPIC_MMIO_HOLE
 *
 * In x2APIC mode the APIC's registers are MSRs, and their page no longer belongs to the APIC;
 * nor does it while the APIC is globally disabled (SDM 3A, "x2APIC Register Address Space",
 * "Enabling or Disabling the Local APIC").  So an access should go to whatever else is at this
 * address: to the VMM.  KVM swallows the access instead, unless the quirk is disabled: loads
 * return all ones, stores are lost.  If KVM uses APICv or x2AVIC, it has given the VM a page of
 * memory there (apic-page.c), which then takes the accesses of all vCPUs.
 *
 * So it matters whether APICv is active, which a module parameter does not tell: the case also
 * observes what KVM gives the CPU.  KVM deactivates APICv for a vCPU while its APIC is globally
 * disabled.  A vCPU in xAPIC mode with another ID than its vCPU id inhibits APICv for the VM, and
 * with it the page, until the vCPU has its ID again.
 *
 * Other observations are about the capability itself: KVM refuses a set of quirks with one
 * bit that it does not know, and then changes nothing, which the MMIO shows.  KVM accepts a
 * known quirk even when the guest already runs.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

CASE("lapic-mmio", .vcpus = 3, .vmm_exits = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_LAPIC_MMIO_HOLE));

static void observe_mmio(const char *scope)
{
	SCOPE(scope);
	observe("apicv", given_apicv());
	observe("load", apic_mmio_load());
	observe("store", apic_mmio_store());
}

static void in_x2apic_mode(void)
{
	apic_enable_x2apic();
	observe_mmio(NULL);
}

#define UNUSED_REGISTER	0x40

static void store_word(void)
{
	*(volatile u32 *)(APIC_DEFAULT_PHYS_BASE + UNUSED_REGISTER) = 0x5a;
}

static void observe_sharing(void)
{
	on_vcpu(1, NULL, store_word);
	observe("stored-there", *(volatile u32 *)(APIC_DEFAULT_PHYS_BASE + UNUSED_REGISTER) == 0x5a ?
		"seen" : "not-seen");
	vmm_exit();
}

#define XAPIC		2	/* a vCPU that stays in xAPIC mode */
#define OTHER_ID	9

/* After observe_capability(), which disables the quirk in each variant. */
static void observe_inhibited(void)
{
	set_lapic(XAPIC, APIC_ID, OTHER_ID << 24);
	observe_mmio("inhibited");
	set_lapic(XAPIC, APIC_ID, cpus[XAPIC].id << 24);
	observe_mmio("again");
}

static void observe_capability(void)
{
	observe("unknown.bit-31", enable_cap(KVM_CAP_DISABLE_QUIRKS2, BIT(31)));
	observe("unknown.bit-63", enable_cap(KVM_CAP_DISABLE_QUIRKS2, BIT(63)));
	observe("unknown.and-known", enable_cap(KVM_CAP_DISABLE_QUIRKS2,
						BIT(31) | KVM_X86_QUIRK_LAPIC_MMIO_HOLE));
	observe_mmio("unknown.then");
	observe("known", enable_cap(KVM_CAP_DISABLE_QUIRKS2, KVM_X86_QUIRK_LAPIC_MMIO_HOLE));
	observe_mmio("known.then");
}

void guest_main(void)
{
	u64 base = rdmsr(MSR_IA32_APICBASE);

	wait_for_cpus(3);
	observe_mmio("xapic");
	on_vcpu(1, "there.x2apic", in_x2apic_mode);
	observe_mmio("beside-x2apic");
	wrmsr(MSR_IA32_APICBASE, base & ~APICBASE_ENABLE);
	observe_mmio("disabled");
	wrmsr(MSR_IA32_APICBASE, base);
	on_vcpu(0, "x2apic", in_x2apic_mode);
	observe_sharing();
	observe_capability();
	observe_inhibited();
	/* Last, because this enables all other quirks again in Linux 6.1. */
	observe("obsolete", enable_cap(KVM_CAP_DISABLE_QUIRKS, BIT(31)));
}
