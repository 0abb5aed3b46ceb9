// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMX MSRs of a vCPU that has VMX - api.rst 7.31, KVM_X86_QUIRK_STUFF_FEATURE_MSRS
 *
 * MSRs 0x480 to 0x491 say what a hypervisor can ask of the CPU (SDM 3D, appendix A).  KVM sets
 * them to the most that it can give L1, and adapts them to CPUID: L1 cannot enable an
 * instruction for L2 that L1 itself lacks.  With the quirk disabled, they are zero until the
 * VMM sets them.  Two of them say which bits of CR0 and CR4 can be 1; KVM takes these from
 * CPUID, and the VMM cannot set them.
 *
 * vCPU 1 waits for a SIPI that never comes: a VMM can set feature MSRs only of a vCPU that has
 * not run yet.
 */
#include "case.h"
#include "host.h"

#define LEAF_7_EBX_SMEP		BIT(7)
#define LEAF_7_EBX_INVPCID	BIT(10)
#define FEWER	\
	.cpuid = {{ .leaf = 7, .reg = 1, .clear = LEAF_7_EBX_SMEP | LEAF_7_EBX_INVPCID }}

CASE("vmx-msrs", .vcpus = 2, .ap_start = AP_WAIT_FOR_SIPI, .only_kvm = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_STUFF_FEATURE_MSRS));
VARIANT("fewer", FEWER);
VARIANT("fewer-quirk-disabled", FEWER, DISABLE_QUIRKS(KVM_X86_QUIRK_STUFF_FEATURE_MSRS));

#define MSR_IA32_VMX_CR0_FIXED1		0x487
#define MSR_IA32_VMX_CR4_FIXED1		0x489
#define MSR_IA32_VMX_PROCBASED_CTLS2	0x48b
#define CTLS2_MAY_ENABLE_INVPCID	BIT(32 + 12)
#define CTLS2_MAY_VIRTUALIZE_APIC_ACCESSES	BIT(32 + 0)
#define CTLS2_MAY_ENABLE_EPT		BIT(32 + 1)
#define CTLS2_MAY_ENABLE_VPID		BIT(32 + 5)
#define CTLS2_MAY_RUN_UNRESTRICTED	BIT(32 + 7)
#define CR4_SMEP			BIT(20)

static const struct {
	u32 index;
	const char *name;
} msrs[] = {
	{ 0x480, "basic" }, { 0x485, "misc" }, { 0x486, "cr0-fixed0" }, { 0x488, "cr4-fixed0" },
	{ 0x48a, "vmcs-enum" }, { 0x48c, "ept-vpid-cap" }, { 0x48d, "true-pinbased" },
	{ 0x48e, "true-procbased" }, { 0x48f, "true-exit" }, { 0x490, "true-entry" },
	{ 0x491, "vmfunc" },
	/* KVM makes these from the true ones. */
	{ 0x481, "pinbased" }, { 0x482, "procbased" }, { 0x483, "exit" }, { 0x484, "entry" },
};

static const char *unseen;	/* why there are no VMX MSRs, or NULL */

static const char *state(u32 vcpu, u32 msr)
{
	u64 most, value;

	if (unseen)
		return unseen;
	if (get_feature_msr(msr, &most) || !most)
		return UNSEEN_HOST "the most that this KVM can give is zero";
	if (get_msr(vcpu, msr, &value))
		return "refused";
	note("MSR 0x%x: 0x%lx of 0x%lx", msr, value, most);
	return value == most ? "maximal" : value ? "other" : "zero";
}

static const char *bit(u32 msr, u64 bit)
{
	u64 most, value;

	if (unseen)
		return unseen;
	if (get_feature_msr(msr, &most) || !(most & bit))
		return UNSEEN_HOST "this CPU lacks the feature";
	return get_msr(0, msr, &value) ? "refused" : value & bit ? "1" : "0";
}

/* Whether KVM can give a secondary control, which a parameter of kvm_intel may turn off. */
static const char *offered(u64 bit)
{
	u64 most;

	if (unseen)
		return unseen;
	if (get_feature_msr(MSR_IA32_VMX_PROCBASED_CTLS2, &most))
		return "refused";
	return most & bit ? "1" : "0";
}

/* The VMM sets an MSR of vCPU 1 to the most that this KVM can give. */
static const char *set_most(u32 msr)
{
	u64 most;

	if (unseen)
		return unseen;
	get_feature_msr(msr, &most);
	return set_msr(1, msr, most) ? "refused" : state(1, msr);
}

void guest_main(void)
{
	u64 basic;

	if (get_feature_msr(msrs[0].index, &basic))
		unseen = UNSEEN_HOST "this KVM has no VMX MSRs (kvm_intel.nested)";
	for (u32 i = 0; i < ARRAY_SIZE(msrs); i++) {
		observef("here.%s = %s", msrs[i].name, state(0, msrs[i].index));
		observef("there.%s = %s", msrs[i].name, state(1, msrs[i].index));
	}
	observe("may-enable-invpcid", bit(MSR_IA32_VMX_PROCBASED_CTLS2, CTLS2_MAY_ENABLE_INVPCID));
	observe("may-set-smep", bit(MSR_IA32_VMX_CR4_FIXED1, CR4_SMEP));
	observe("offered.apic-accesses", offered(CTLS2_MAY_VIRTUALIZE_APIC_ACCESSES));
	observe("offered.ept", offered(CTLS2_MAY_ENABLE_EPT));
	observe("offered.vpid", offered(CTLS2_MAY_ENABLE_VPID));
	observe("offered.unrestricted-guest", offered(CTLS2_MAY_RUN_UNRESTRICTED));
	observe("set.basic", set_most(msrs[0].index));
	observe("set.misc", set_most(msrs[1].index));
	observe("set.true-procbased", set_most(0x48e));
	observe("set.cr0-fixed1", set_most(MSR_IA32_VMX_CR0_FIXED1));
	observe("set.cr4-fixed1", set_most(MSR_IA32_VMX_CR4_FIXED1));
}
