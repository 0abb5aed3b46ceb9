// SPDX-License-Identifier: GPL-2.0-only
/*
 * IA32_DEBUGCTL of L2 - api.rst 7.31, KVM_X86_QUIRK_VMCS12_ALLOW_FREEZE_IN_SMM
 *
 * A VM entry that loads debug controls fails if the guest's IA32_DEBUGCTL has a bit set that
 * the CPU does not have (SDM 3C, "Checks on Guest Control Registers, Debug Registers, and
 * MSRs").  KVM gives a guest no FREEZE_WHILE_SMM, but L1 hypervisors have always set it for
 * L2, and KVM accepts this, unless the quirk is disabled.
 */
#include "case.h"
#include "vmx.h"

CASE("nested-debugctl", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_VMCS12_ALLOW_FREEZE_IN_SMM));

#define DEBUGCTL_FREEZE_IN_SMM	BIT(14)
#define DEBUGCTL_RESERVED	BIT(3)

static void nothing(void)
{
}

static const char *run(u64 debugctl, bool load, const char *unseen)
{
	u32 reason;

	if (unseen)
		return unseen;
	vmx_prepare();
	vmwrite(GUEST_IA32_DEBUGCTL, debugctl);
	if (!vmwrite_control(VM_ENTRY_CONTROLS, VM_ENTRY_LOAD_DEBUG_CONTROLS, load))
		return UNSEEN_HOST "VM entry has no choice about debug controls";
	reason = vmx_run(nothing);
	note("exit reason 0x%x", reason);
	return reason == VMX_EXIT_VMCALL ? "runs" :
	       reason == (VMX_ENTRY_FAILED | VMX_EXIT_INVALID_STATE) ? "invalid-state" :
	       reason == VMX_FAIL ? "vm-fail" : "other-exit";
}

static void observe_debugctl(void)
{
	const char *unseen = vmx_begin();

	observe("none", run(0, true, unseen));
	observe("freeze-in-smm", run(DEBUGCTL_FREEZE_IN_SMM, true, unseen));
	observe("reserved", run(DEBUGCTL_RESERVED, true, unseen));
	observe("both", run(DEBUGCTL_FREEZE_IN_SMM | DEBUGCTL_RESERVED, true, unseen));
	observe("not-loaded", run(DEBUGCTL_FREEZE_IN_SMM, false, unseen));
	observe("again", run(DEBUGCTL_FREEZE_IN_SMM, true, unseen));
	if (!unseen)
		vmx_end();
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_debugctl);
}
