// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSR_PLATFORM_INFO and CPUID faulting - api.rst 7.15
 *
 * The MSR is Intel's; KVM has it on every CPU, and of its bits the one that says that
 * CPUID can be made to fault at CPL above 0.  A VMM may take the MSR away from the guest;
 * KVM_GET_MSRS and KVM_SET_MSRS have it all the same.  Bit 0 of MSR_MISC_FEATURES_ENABLES,
 * which lets CPUID fault, is the guest's if MSR_PLATFORM_INFO says that there is such a
 * thing: as it does unless the VMM begins with the MSR zero.
 */
#include "case.h"

CASE("platform-info", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("disabled", .enable = { KVM_CAP_MSR_PLATFORM_INFO, 0 });
VARIANT("no-cpuid-fault", .disable_quirks = KVM_X86_QUIRK_STUFF_FEATURE_MSRS);

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

static void observe_cpuid(const char *where, const char *when)
{
	u64 vector;

	user_call(cpuid_safe, &vector);
	observef("%s.%s.cpuid.cpl3 = %s", where, when, fault_name(vector));
}

static void observe_msr(const char *where)
{
	u64 arg[6] = { this_cpu()->index, MSR_PLATFORM_INFO }, value;
	int vector = rdmsr_safe(MSR_PLATFORM_INFO, &value);

	observef("%s.rdmsr = %s", where, vector ? fault_name(vector) :
		 value & PLATFORM_INFO_CPUID_FAULT ? "cpuid-fault" : "no-cpuid-fault");
	observef("%s.wrmsr = %s", where,
		 fault_name(wrmsr_safe(MSR_PLATFORM_INFO, PLATFORM_INFO_CPUID_FAULT)));
	observef("%s.get-msrs = %s", where, host_result(host_call(SERVICE_GET_MSR, arg)));
}

static void observe_faulting(const char *where)
{
	u64 vector;

	observe_cpuid(where, "off");
	observef("%s.enable = %s", where,
		 fault_name(wrmsr_safe(MSR_MISC_FEATURES_ENABLES, CPUID_FAULT)));
	observe_cpuid(where, "on");
	cpuid_safe(&vector);
	observef("%s.on.cpuid.cpl0 = %s", where, fault_name(vector));
	observef("%s.reserved = %s", where,
		 fault_name(wrmsr_safe(MSR_MISC_FEATURES_ENABLES, CPUID_FAULT | BIT(1))));
	observef("%s.disable = %s", where, fault_name(wrmsr_safe(MSR_MISC_FEATURES_ENABLES, 0)));
	observe_cpuid(where, "off-again");
}

static void observe_both(void *where)
{
	observe_msr(where);
	observe_faulting(where);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_both("here");
	call_on(1, observe_both, "there");
	enable_cap(KVM_CAP_MSR_PLATFORM_INFO, 0);
	observe_msr("taken-away");
	enable_cap(KVM_CAP_MSR_PLATFORM_INFO, 1);
	observe_msr("given-back");
}
