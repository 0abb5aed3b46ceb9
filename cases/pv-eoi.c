// SPDX-License-Identifier: GPL-2.0-only
/*
 * An end of interrupt without an exit - msr.rst, MSR_KVM_EOI_EN
 *
 * KVM sets a bit in the guest's memory when it injects an interrupt whose EOI has no other
 * effect; the guest may then clear this bit instead of writing the EOI.  KVM has to deliver
 * the next interrupt whether the guest clears the bit or writes the EOI all the same.  A guest
 * that sees the bit clear has to write the EOI.
 */
#include "apic.h"
#include "case.h"

CASE("pv-eoi", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define VECTOR		0x31
#define ROUNDS		8

static volatile u32 words[2] __attribute__((aligned(64)));

/* What the handler of VECTOR does, and what it has seen. */
static bool always_eoi;
static volatile u32 taken, skipped, others;

static void take(struct exception *e)
{
	volatile u32 *word = &words[this_cpu()->index];
	bool may_skip = *word & 1;

	(void)e;
	others |= *word & ~1u;	/* read before an exit, where KVM may write the word */
	if (!always_eoi)
		asm volatile("btrl $0, %0" : "+m"(*word), "=@ccc"(may_skip));
	taken++;
	skipped += may_skip;
	if (!may_skip || always_eoi)
		apic_eoi();
}

/* Send this vCPU one interrupt after another, each after it has taken the previous one. */
static void observe_interrupts(const char *what, bool offered)
{
	taken = skipped = 0;
	for (u32 i = 0; i < ROUNDS; i++) {
		apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | APIC_DEST_SELF | VECTOR, 0);
		take_pending();
	}
	if (offered && !skipped)
		observef("%s.interrupts = %s", what,
			 UNSEEN_HOST "its KVM never sets the bit: the APIC may be the CPU's");
	else
		observef("%s.interrupts = %u", what, taken);
	note("%s: %u of %u EOIs need not be written", what, skipped, ROUNDS);
}

static void observe_vcpu(void)
{
	volatile u32 *word = &words[this_cpu()->index];

	others = 0;
	wrmsr(MSR_KVM_PV_EOI_EN, (u64)word | 1);
	always_eoi = false;
	observe_interrupts("cleared", true);
	always_eoi = true;
	observe_interrupts("written", true);
	observef("other-bits = 0x%x", others | (*word & ~1u));
	wrmsr(MSR_KVM_PV_EOI_EN, 0);
	observe_interrupts("off", false);
	observef("off.skipped = %u", skipped);
}

void guest_main(void)
{
	wait_for_cpus(2);
	set_handler(VECTOR, take);
	on_each_vcpu(observe_vcpu);
}
