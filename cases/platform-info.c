// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSR_PLATFORM_INFO and CPUID faulting - api.rst 7.15
 *
 * MSR_PLATFORM_INFO is Intel's; KVM has it on every CPU, but of its bits only bit 31, which
 * says that CPUID can be made to fault at CPL above 0.  A VMM may take the MSR away from the
 * guest; KVM_GET_MSRS and KVM_SET_MSRS still access it.  Bit 0 of MSR_MISC_FEATURES_ENABLES
 * makes CPUID fault; the guest can set it if MSR_PLATFORM_INFO says that CPUID faulting
 * exists.  By default, bit 31 is set; it is clear if the MSR of a new vCPU is zero, as with
 * KVM_X86_QUIRK_STUFF_FEATURE_MSRS disabled.
 */
#include "case.h"
#include "host.h"

CASE("platform-info", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("disabled", ENABLE(KVM_CAP_MSR_PLATFORM_INFO, 0));
VARIANT("no-cpuid-fault", DISABLE_QUIRKS(KVM_X86_QUIRK_STUFF_FEATURE_MSRS));

#define MSR_PLATFORM_INFO		0xce
#define PLATFORM_INFO_CPUID_FAULT	BIT(31)
#define MSR_MISC_FEATURES_ENABLES	0x140
#define CPUID_FAULT			BIT(0)

static void cpuid_safe(void *vector)
{
	register u64 raised asm(FAULT_REGISTER) = 0;
	u32 leaf = 0, index = 0;

	asm volatile("1: cpuid\n2:\n" FIXUP
		     : "+r"(raised), "+a"(leaf), "+c"(index) :: "rbx", "rdx", "memory");
	*(u64 *)vector = raised;
}

static void observe_cpuid(const char *when)
{
	u64 vector;

	user_call(cpuid_safe, &vector);
	observef("%s.cpuid.cpl3 = %s", when, fault_name(vector));
}

static void observe_msr(void)
{
	u64 value;
	int vector = rdmsr_safe(MSR_PLATFORM_INFO, &value);

	observe("rdmsr", vector ? fault_name(vector) :
		 value & PLATFORM_INFO_CPUID_FAULT ? "cpuid-fault" : "no-cpuid-fault");
	observe("wrmsr",
		fault_name(wrmsr_safe(MSR_PLATFORM_INFO, PLATFORM_INFO_CPUID_FAULT)));
	observe("get-msrs", host_result(get_msr(this_cpu()->index, MSR_PLATFORM_INFO, &value)));
}

static void observe_faulting(void)
{
	u64 vector;

	observe_cpuid("off");
	observe("enable",
		fault_name(wrmsr_safe(MSR_MISC_FEATURES_ENABLES, CPUID_FAULT)));
	observe_cpuid("on");
	cpuid_safe(&vector);
	observe("on.cpuid.cpl0", fault_name(vector));
	observe("reserved",
		fault_name(wrmsr_safe(MSR_MISC_FEATURES_ENABLES, CPUID_FAULT | BIT(1))));
	observe("disable", fault_name(wrmsr_safe(MSR_MISC_FEATURES_ENABLES, 0)));
	observe_cpuid("off-again");
}

static void observe_both(void)
{
	observe_msr();
	observe_faulting();
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_both);
	enable_cap(KVM_CAP_MSR_PLATFORM_INFO, 0);
	on_vcpu(0, "taken-away", observe_msr);
	enable_cap(KVM_CAP_MSR_PLATFORM_INFO, 1);
	on_vcpu(0, "given-back", observe_msr);
}
