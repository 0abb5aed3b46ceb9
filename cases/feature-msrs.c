// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feature MSRs of a new vCPU - api.rst 7.31, KVM_X86_QUIRK_STUFF_FEATURE_MSRS
 *
 * A feature MSR says what a CPU can do.  CPUID is empty until the VMM sets it, and these MSRs
 * should be zero likewise; but KVM sets them to the most that it can give, which KVM_GET_MSRS
 * of /dev/kvm returns, unless the quirk is disabled.  The microcode revision is not a feature:
 * KVM makes up its value.
 */
#include "case.h"
#include "host.h"

CASE("feature-msrs", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_STUFF_FEATURE_MSRS));

#define MSR_IA32_UCODE_REV		0x8b

static const struct {
	const char *name;
	u32 index;
} msrs[] = {
	{ "platform-info", 0xce }, { "arch-capabilities", 0x10a }, { "perf-capabilities", 0x345 },
};

static const char *state(u32 vcpu, u32 msr)
{
	u64 most, value;

	if (get_feature_msr(msr, &most))
		return UNSEEN_HOST "this KVM has not this MSR";
	if (!most)
		return UNSEEN_HOST "the most that this KVM can give is zero";
	if (get_msr(vcpu, msr, &value))
		return "refused";
	note("MSR 0x%x: 0x%lx of 0x%lx", msr, value, most);
	return value == most ? "maximal" : value ? "other" : "zero";
}

static void observe_revision(const char *where, u32 vcpu)
{
	u64 value;

	if (get_msr(vcpu, MSR_IA32_UCODE_REV, &value))
		observef("%s.microcode = refused", where);
	else
		observef("%s.microcode = 0x%lx", where, value);
}

void guest_main(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(msrs); i++) {
		observef("here.%s = %s", msrs[i].name, state(0, msrs[i].index));
		observef("there.%s = %s", msrs[i].name, state(1, msrs[i].index));
	}
	observe_revision("here", 0);
	observe_revision("there", 1);
}
