// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSRs that L1's VM entries and exits load and store - api.rst 4.97, KVM_X86_SET_MSR_FILTER
 *
 * A VMCS has three lists of MSRs: VM entry loads one, VM exit stores one and loads one.  If VM
 * entry cannot load an MSR, it becomes a VM exit that says which one (SDM 3C, "Loading MSRs").
 * If VM exit cannot store or load an MSR, it is too late for that: a VMX abort writes an
 * indicator into the VMCS, and the CPU shuts down (SDM 3C, "VMX Aborts").
 *
 * KVM emulates these lists for L1, and an MSR that the VMM's filter denies is one that they
 * cannot load or store, whether or not denied accesses exit to the VMM.  Some MSRs have a
 * field of their own in the VMCS instead; the filter does not apply to them.
 *
 * After KVM_EXIT_SHUTDOWN this VMM enters the vCPU again, and L1 continues after its VM exit.
 */
#include "case.h"
#include "host.h"
#include "vmx.h"

CASE("msr-lists", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");
VARIANT("filter", ENABLE(KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_FILTER));

#define MSR_KERNEL_GS_BASE	0xc0000102
#define PAT_BEFORE		0x0506070005060706
#define PAT_L1			0x0007040600070406	/* the PAT's reset value */
#define PAT_L2			0x0606060606060606
#define BEFORE			0x1000
#define VALUE			0x2000
#define DENIED			(KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE)

/* KVM intercepts the first MSR; the guest accesses the second one directly, without a filter. */
static const u32 msrs[] = { MSR_MTRRphysMask(7), MSR_KERNEL_GS_BASE };
static struct vmx_msr_entry entries[ARRAY_SIZE(msrs)];

static void nothing(void)
{
}

static void set_filter(u32 msr, u32 denied)
{
	u64 allowed = 0;
	struct kvm_msr_filter filter = {
		.ranges[0] = { .flags = denied, .nmsrs = !!denied, .base = msr, .bitmap = (u8 *)&allowed },
	};

	vm_ioctl(KVM_X86_SET_MSR_FILTER, &filter);
}

/* How a run of L2 has ended: as L1 sees it, or as the VMM does. */
static const char *run(void (*l2)(void))
{
	u64 qualification;
	struct vmm_exit e;
	u32 reason;

	vmm_next(VMM_CONTINUES);
	reason = vmx_run(l2);
	e = vmm_exit();
	if (e.count)
		return e.count == 1 && e.reason == KVM_EXIT_SHUTDOWN ? "shutdown" : "another-exit";
	qualification = vmread(EXIT_QUALIFICATION);
	note("exit reason 0x%x, qualification %lu", reason, qualification);
	if (reason == (VMX_ENTRY_FAILED | VMX_EXIT_MSR_LOAD))
		return qualification == 1 ? "fails-at-1" : qualification == 2 ? "fails-at-2" : "fails-elsewhere";
	return reason == VMX_EXIT_VMCALL ? "runs" : "other";
}

static const char *which(bool first, bool second)
{
	return first ? second ? "both" : "first" : second ? "second" : "none";
}

static const char *loaded(void)
{
	return which(rdmsr(msrs[0]) == VALUE, rdmsr(msrs[1]) == VALUE);
}

static const char *stored(void)
{
	return which(entries[0].value == BEFORE, entries[1].value == BEFORE);
}

static const char *abort_name(u32 indicator)
{
	return indicator == VMX_ABORT_SAVE_GUEST_MSR_FAIL ? "saving-msrs" :
	       indicator == VMX_ABORT_LOAD_HOST_MSR_FAIL ? "loading-msrs" : indicator ? "other" : "none";
}

static const struct msr_list {
	const char *name;
	u64 count, address;
	u32 access;
	const char *(*done)(void);
} lists[] = {
	{ "entry-load", VM_ENTRY_MSR_LOAD_COUNT, VM_ENTRY_MSR_LOAD_ADDR, KVM_MSR_FILTER_WRITE, loaded },
	{ "exit-store", VM_EXIT_MSR_STORE_COUNT, VM_EXIT_MSR_STORE_ADDR, KVM_MSR_FILTER_READ, stored },
	{ "exit-load", VM_EXIT_MSR_LOAD_COUNT, VM_EXIT_MSR_LOAD_ADDR, KVM_MSR_FILTER_WRITE, loaded },
};

static const struct {
	const char *name;
	u32 msr;
} filters[] = { { "allowed", 0 }, { "first-denied", MSR_MTRRphysMask(7) },
		{ "second-denied", MSR_KERNEL_GS_BASE } };

/* Put both MSRs into one list of a new VMCS. */
static void use_list(const struct msr_list *l)
{
	for (u32 i = 0; i < ARRAY_SIZE(msrs); i++) {
		wrmsr(msrs[i], BEFORE);
		entries[i] = (struct vmx_msr_entry) { .index = msrs[i], .value = VALUE };
	}
	vmx_prepare();
	vmwrite(l->count, ARRAY_SIZE(msrs));
	vmwrite(l->address, (u64)entries);
}

static const char *unseen;	/* why this vCPU has no VMX, or NULL */

static void observe_list(const struct msr_list *l, const char *key, u32 denied)
{
	const char *ended = unseen, *done = unseen, *abort = unseen;

	SCOPE(l->name);
	SCOPE(key);
	if (!unseen) {
		use_list(l);
		set_filter(denied, denied ? l->access : 0);
		ended = run(nothing);
		set_filter(0, 0);
		done = l->done();
		abort = abort_name(vmx_abort_indicator());
	}
	observe("run", ended);
	observe("done", done);
	observe("abort", abort);
}

/* An MSR that has fields in the VMCS for L1 and for L2, and controls that make them count. */
static const struct field {
	const char *name;
	u32 msr;
	u64 l1_field, l2_field, before, l1, l2;
	u32 entry_control, exit_control;
} fields[] = {
	{ "sysenter-cs", MSR_IA32_SYSENTER_CS, HOST_IA32_SYSENTER_CS, GUEST_SYSENTER_CS, 0x30, 0x10, 0x20,
	  0, 0 },
	{ "pat", MSR_IA32_CR_PAT, HOST_IA32_PAT, GUEST_IA32_PAT, PAT_BEFORE, PAT_L1, PAT_L2,
	  VM_ENTRY_LOAD_IA32_PAT, VM_EXIT_LOAD_IA32_PAT },
};
static const struct field *field;
static u64 value_in_l2;

/* L2 reads the MSR while the filter allows it, but VM entry and exit find it denied. */
static void read_in_l2(void)
{
	set_filter(0, 0);
	rdmsr_safe(field->msr, &value_in_l2);
	set_filter(field->msr, DENIED);
}

static void observe_field(const struct field *f)
{
	const char *ended = unseen, *entry = unseen, *exit = unseen;

	SCOPE(f->name);
	if (!unseen) {
		field = f;
		value_in_l2 = 0;
		vmx_prepare();
		vmwrite(f->l1_field, f->l1);
		vmwrite(f->l2_field, f->l2);
		vmwrite_control(VM_ENTRY_CONTROLS, f->entry_control, true);
		vmwrite_control(VM_EXIT_CONTROLS, f->exit_control, true);
		wrmsr(f->msr, f->before);
		set_filter(f->msr, DENIED);
		ended = run(read_in_l2);
		set_filter(0, 0);
		entry = kept(value_in_l2 == f->l2);
		exit = kept(rdmsr(f->msr) == f->l1);
	}
	observe("run", ended);
	observe("l2", entry);
	observe("l1", exit);
}

static void observe_msrs(void)
{
	unseen = vmx_begin();
	for (u32 i = 0; i < ARRAY_SIZE(lists); i++) {
		for (u32 n = 0; n < ARRAY_SIZE(filters); n++)
			observe_list(&lists[i], filters[n].name, filters[n].msr);
	}
	for (u32 i = 0; i < ARRAY_SIZE(fields); i++)
		observe_field(&fields[i]);
	if (!unseen)
		vmx_end();
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_msrs);
}
