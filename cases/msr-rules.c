// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSRs with rules of their own - api.rst 4.18
 *
 * MCi_CTL has a bit for each error that a bank of machine-check registers can report.  Only 0 and
 * all ones are defined on every CPU (SDM 3B, "IA32_MCi_CTL MSRs"), but guests clear a bit that
 * is a nuisance: bit 10 of bank 4 on the first AMD64 CPUs, or bit 0, a corrected ECC error.
 *
 * Bits 5:2 of DEBUGCTL connect pins of the CPU to breakpoints on AMD (APM 2, 13.1.1.6), and are
 * reserved on Intel.  A vCPU has no such pins.
 *
 * Guests read and write the configuration MSRs of AMD's CPU families without looking at CPUID, and
 * crash on #GP.  In KVM these MSRs read as zero, and a write has no effect.
 *
 * IA32_FEATURE_CONTROL is zero after RESET.  VMXON raises #GP until firmware has set the bits that
 * allow VMX and that lock the MSR, and then a write raises #GP (SDM 3C, "Enabling and
 * Entering VMX Operation").
 */
#include "case.h"
#include "host.h"
#include "vmx.h"

CASE("msr-rules", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define MSR_IA32_MCG_CAP	0x179
#define MCG_BANKS		0xff
#define MSR_IA32_MCi_CTL(bank)	(0x400 + 4 * (bank))
#define MSR_IA32_DEBUGCTL	0x1d9

static const char *tried(u32 msr, u64 value)
{
	int vector = wrmsr_safe(msr, value);
	u64 now = 0;

	if (!vector)
		vector = rdmsr_safe(msr, &now);
	return vector ? fault_name(vector) : now == value ? "readback" : now ? "other" : "dropped";
}

static const struct {
	const char *name;
	u64 value;
} controls[] = {
	{ "none", 0 }, { "all", ~0ul }, { "all-but-0", ~BIT(0) }, { "all-but-10", ~BIT(10) },
};

static void observe_machine_check(void)
{
	u32 banks = rdmsr(MSR_IA32_MCG_CAP) & MCG_BANKS;

	SCOPE("mci-ctl");
	for (u32 i = 0; i < ARRAY_SIZE(controls); i++) {
		struct outcome o = {};

		for (u32 bank = 0; bank < banks; bank++) {
			if (outcome_add(&o, tried(MSR_IA32_MCi_CTL(bank), controls[i].value)))
				note("bank %u, 0x%lx", bank, controls[i].value);
		}
		observe(controls[i].name,
			banks ? outcome_name(&o) : UNSEEN_HOST "this vCPU has no banks");
	}
}

static void observe_debugctl(void)
{
	u64 before = rdmsr(MSR_IA32_DEBUGCTL);
	struct outcome o = {};

	for (u32 bit = 2; bit <= 5; bit++)
		outcome_add(&o, tried(MSR_IA32_DEBUGCTL, BIT(bit)));
	wrmsr(MSR_IA32_DEBUGCTL, before);
	observe("debugctl.pins", outcome_name(&o));
}

/* MSR_AMD64_NB_CFG, _DC_CFG, _TW_CFG, _BU_CFG2 and MSR_F15H_EX_CFG, as in asm/msr-index.h. */
static void observe_configuration(void)
{
	static const u32 msrs[] = { 0xc001001f, 0xc0011022, 0xc0011023, 0xc001102a, 0xc001102c };
	struct outcome read = {}, written = {};
	u64 value;

	for (u32 i = 0; i < ARRAY_SIZE(msrs); i++) {
		note("MSR 0x%x", msrs[i]);
		outcome_add(&read, fault_name(rdmsr_safe(msrs[i], &value)));
		outcome_add(&written, fault_name(wrmsr_safe(msrs[i], value)));
	}
	observe("amd-cfg.rdmsr", outcome_name(&read));
	observe("amd-cfg.wrmsr", outcome_name(&written));
}

static const char *vmxon(void)
{
	int vector = vmxon_safe();

	if (!vector)
		vmx_end();
	return fault_name(vector);
}

static const char *write_feature_control(u64 value)
{
	return fault_name(wrmsr_safe(MSR_IA32_FEATURE_CONTROL, value));
}

/* What RESET does: the VMM may clear the MSR, although it is locked. */
static void unlock(void)
{
	set_msr(this_cpu()->index, MSR_IA32_FEATURE_CONTROL, 0);
}

static void observe_feature_control(void)
{
	const u64 allowed = FEATURE_CONTROL_LOCKED | FEATURE_CONTROL_VMXON;
	const char *unseen = cpuid(1, 0).ecx & CPUID_1_ECX_VMX ? NULL :
			     UNSEEN_HOST "no VMX in guest CPUID (kvm_intel.nested)";

	SCOPE("feature-control");
	if (!unseen)
		unlock();
	observe("unlocked.vmxon", unseen ? unseen : vmxon());
	observe("lock", unseen ? unseen : write_feature_control(FEATURE_CONTROL_LOCKED));
	observe("locked.wrmsr", unseen ? unseen : write_feature_control(allowed));
	observe("locked.vmxon", unseen ? unseen : vmxon());
	if (!unseen)
		unlock();
	observe("allow", unseen ? unseen : tried(MSR_IA32_FEATURE_CONTROL, allowed));
	observe("allowed.vmxon", unseen ? unseen : vmxon());
}

static void observe_all(void)
{
	observe_machine_check();
	observe_debugctl();
	observe_configuration();
	observe_feature_control();
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_all);
}
