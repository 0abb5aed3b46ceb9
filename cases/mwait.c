// SPDX-License-Identifier: GPL-2.0-only
/*
 * MONITOR and MWAIT - api.rst 7.31, KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS and
 * KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT
 *
 * A CPU whose CPUID.1:ECX[3] is 0 raises #UD for both instructions (SDM 2B), and firmware sets
 * and clears that bit with IA32_MISC_ENABLE[18] (SDM 4, table 2-2).  KVM does neither, unless
 * the quirks are disabled: CPUID stays as the VMM has set it, and the instructions are no-ops.
 * So MWAIT with interrupts disabled returns at once; on bare metal it does not.
 */
#include "case.h"

#define MONITOR_BIT	BIT(3)
#define ALL_DISABLED	(KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS | KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT)

#define HIDDEN	.cpuid = { { .leaf = 1, .reg = 2, .clear = MONITOR_BIT } }
#define SHOWN	.cpuid = { { .leaf = 1, .reg = 2, .set = MONITOR_BIT } }

CASE("mwait", .vcpus = 2, .only_kvm = 1);
VARIANT("hidden", HIDDEN);
VARIANT("shown", SHOWN);
VARIANT("hidden-ud", HIDDEN, DISABLE_QUIRKS(KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS));
VARIANT("shown-ud", SHOWN, DISABLE_QUIRKS(KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS));
VARIANT("hidden-msr", HIDDEN, DISABLE_QUIRKS(KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT));
VARIANT("shown-msr", SHOWN, DISABLE_QUIRKS(KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT));
VARIANT("shown-both", SHOWN, DISABLE_QUIRKS(ALL_DISABLED));

static char line[64] __attribute__((aligned(64)));

static void observe_bit(const char *when)
{
	observef("%s.cpuid = %u", when, !!(cpuid(1, 0).ecx & MONITOR_BIT));
}

static void observe_instructions(const char *when)
{
	int monitor = monitor_safe(line);
	int mwait = mwait_safe();

	observef("%s.monitor = %s", when, fault_name(monitor));
	observef("%s.mwait = %s", when, fault_name(mwait));
}

static void set_misc_enable(bool on)
{
	u64 others = rdmsr(MSR_IA32_MISC_ENABLE) & ~MISC_ENABLE_MWAIT;

	wrmsr(MSR_IA32_MISC_ENABLE, others | (on ? MISC_ENABLE_MWAIT : 0));
}

static void observe_cpuid(void)
{
	observe_bit("begin");
	set_misc_enable(true);
	observe_bit("on");
	set_misc_enable(false);
	observe_bit("off");
}

static void observe_mwait(void)
{
	set_misc_enable(false);
	observe_instructions("off");
	set_misc_enable(true);
	observe_instructions("on");
}

/* Observe CPUID first: a KVM that does not know MONITOR ends the guest there. */
void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_cpuid);
	on_each_vcpu(observe_mwait);
}
