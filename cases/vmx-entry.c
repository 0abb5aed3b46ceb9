// SPDX-License-Identifier: GPL-2.0-only
/*
 * VM entries that fail - SDM 3C, "VM Entries"
 *
 * The CPU checks a VMCS before it enters the guest.  If a control or the host's state is wrong,
 * VMLAUNCH fails like any other instruction: it sets RFLAGS, and the next instruction follows.
 * If the guest's state is wrong, VMLAUNCH ends in a VM exit: the CPU loads the host's state and
 * says in two fields why, but leaves the other fields about exits alone.
 *
 * KVM checks most of vmcs12 by itself.  It leaves some checks to the host's CPU, which sees them
 * only after KVM has loaded L2's registers into its own variables: then KVM has to undo this.
 * So each kind of failure is observed twice, with a field that KVM checks and one that it does
 * not: the TPR threshold, which must not be above the TPR in a page of L1's memory; and the
 * interruptibility.
 *
 * L2's registers differ from those of L1, so a register that is not restored shows.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "vmx.h"

CASE("vmx-entry", .only_kvm = 1);
VARIANT("default");

#define NON_CANONICAL	BIT(48)
#define BEYOND		BIT(60)		/* no CPU has such an address bit */

/* Bits of a segment's access rights. */
#define SEGMENT_BUSY	BIT(1)
#define SEGMENT_CODE	BIT(3)
#define SEGMENT_PRESENT	BIT(7)

static const char *unseen;	/* why this vCPU runs no nested guest, or NULL */
#define SEE(key, value)	observe(key, unseen ? unseen : (value))

static u8 virtual_apic[0x1000] __attribute__((aligned(0x1000)));
extern const u64 pml4[512];
static u64 other_pml4[512] __attribute__((aligned(0x1000)));

static void nothing(void)
{
}

/* Change one field of a VMCS that is right. */
struct fault {
	const char *name;
	u32 field;
	u64 set, clear;
};

static u64 put_fault(const struct fault *f)
{
	u64 before = vmread(f->field);

	vmwrite(f->field, (before | f->set) & ~f->clear);
	return before;
}

/* Observe the outcome of all faults with the same name. */
static void observe_faults(const char *scope, const struct fault *f, u32 nr)
{
	struct outcome o = {};

	SCOPE(scope);
	if (!unseen)
		vmx_prepare();
	for (u32 i = 0; i < nr; i++) {
		if (!unseen) {
			u64 before = put_fault(&f[i]);
			u32 reason = vmx_run(nothing);

			if (outcome_add(&o, vmx_exit_name(reason)))
				note("field 0x%x: exit reason 0x%x", f[i].field, reason);
			vmwrite(f[i].field, before);
		}
		if (i + 1 == nr || f[i].name != f[i + 1].name) {
			observe(f[i].name, unseen ? unseen : outcome_name(&o));
			o = (struct outcome) {};
		}
	}
	SEE("none", vmx_exit_name(vmx_run(nothing)));
}

static const char registers[] = "registers", segments[] = "segments", tables[] = "tables",
		  other[] = "other";

static const struct fault of_host[] = {
	{ registers, HOST_CR0, .clear = X86_CR0_PE },
	{ registers, HOST_CR0, .clear = X86_CR0_PG },
	{ registers, HOST_CR0, .clear = X86_CR0_NE },
	{ registers, HOST_CR4, .clear = X86_CR4_VMXE },
	{ registers, HOST_CR4, .clear = X86_CR4_PAE },
	{ registers, HOST_CR3, .set = BEYOND },
	{ segments, HOST_SELECTOR(SEGMENT_CS), .set = 3 },
	{ segments, HOST_SELECTOR(SEGMENT_CS), .clear = ~0ul },
	{ segments, HOST_SELECTOR(SEGMENT_SS), .set = 3 },
	{ segments, HOST_TR_SELECTOR, .clear = ~0ul },
	{ segments, HOST_FS_BASE, .set = NON_CANONICAL },
	{ segments, HOST_TR_BASE, .set = NON_CANONICAL },
	{ tables, HOST_GDTR_BASE, .set = NON_CANONICAL },
	{ tables, HOST_IDTR_BASE, .set = NON_CANONICAL },
	{ other, HOST_SYSENTER_ESP, .set = NON_CANONICAL },
}, of_guest[] = {
	{ registers, GUEST_CR0, .clear = X86_CR0_PE },
	{ registers, GUEST_CR0, .clear = X86_CR0_NE },
	{ registers, GUEST_CR4, .clear = X86_CR4_VMXE },
	{ registers, GUEST_CR4, .clear = X86_CR4_PAE },
	{ registers, GUEST_CR3, .set = BEYOND },
	{ registers, GUEST_RFLAGS, .clear = BIT(1) },	/* always 1 */
	{ segments, GUEST_ACCESS(SEGMENT_CS), .clear = SEGMENT_PRESENT },
	{ segments, GUEST_ACCESS(SEGMENT_CS), .clear = SEGMENT_CODE },
	{ segments, GUEST_SELECTOR(SEGMENT_SS), .set = 3 },
	{ segments, GUEST_ACCESS(SEGMENT_TR), .clear = SEGMENT_BUSY },
	{ tables, GUEST_GDTR_BASE, .set = NON_CANONICAL },
	{ tables, GUEST_GDTR_LIMIT, .set = BIT(16) },
	{ other, GUEST_ACTIVITY_STATE, .set = 7 },
	{ other, GUEST_INTERRUPTIBILITY, .set = 3 },	/* by STI and by MOV SS */
	{ other, LINK_POINTER, .clear = 1 },
};

/* CR4.CET needs CR0.WP, in the host's state and in the guest's. */
static const char *run_cet(u32 cr0, u32 cr4)
{
	if (unseen)
		return unseen;
	vmx_prepare();
	vmwrite(cr4, vmread(cr4) | X86_CR4_CET);
	vmwrite(cr0, vmread(cr0) & ~X86_CR0_WP);
	return vmx_exit_name(vmx_run(nothing));
}

/* The registers that L1 and L2 have different values of. */
struct registers {
	u64 cr0, cr3, cr4, dr7, efer, pat;
	struct kvm_sregs vmm;		/* the VMM's view */
};

static void get_registers(struct registers *r)
{
	*r = (struct registers) {
		.cr0 = read_cr0(), .cr3 = read_cr3(), .cr4 = read_cr4(), .dr7 = read_dr7(),
		.efer = rdmsr(MSR_EFER), .pat = rdmsr(MSR_IA32_CR_PAT),
	};
	vcpu_ioctl(this_cpu()->index, KVM_GET_SREGS, &r->vmm);
}

static void give_l2_others(const struct registers *l1)
{
	vmwrite(GUEST_CR0, l1->cr0 ^ X86_CR0_AM);
	vmwrite(GUEST_CR3, (u64)other_pml4);
	vmwrite(GUEST_CR4, l1->cr4 ^ X86_CR4_DE);
	vmwrite(GUEST_DR7, l1->dr7 ^ 1);
	vmwrite(GUEST_IA32_EFER, l1->efer ^ EFER_SCE);
	vmwrite(GUEST_IA32_PAT, l1->pat ^ (u64)X86_MEMTYPE_WB << 56);
	vmwrite_control(VM_ENTRY_CONTROLS, VM_ENTRY_LOAD_DEBUG_CONTROLS | VM_ENTRY_LOAD_IA32_EFER |
			VM_ENTRY_LOAD_IA32_PAT, true);
}

static const char *compare_registers(const struct registers *a, const struct registers *b)
{
	note("CR0 0x%lx CR3 0x%lx CR4 0x%lx DR7 0x%lx EFER 0x%lx PAT 0x%lx", b->cr0, b->cr3, b->cr4,
	     b->dr7, b->efer, b->pat);
	return kept(a->cr0 == b->cr0 && a->cr3 == b->cr3 && a->cr4 == b->cr4 && a->dr7 == b->dr7 &&
		    a->efer == b->efer && a->pat == b->pat);
}

static const char *compare_vmm(const struct kvm_sregs *a, const struct kvm_sregs *b)
{
	note("KVM_GET_SREGS: cr0 0x%lx cr3 0x%lx cr4 0x%lx efer 0x%lx", (u64)b->cr0, (u64)b->cr3,
	     (u64)b->cr4, (u64)b->efer);
	return kept(a->cr0 == b->cr0 && a->cr3 == b->cr3 && a->cr4 == b->cr4 && a->efer == b->efer);
}

static u64 stepped_to;

static void stepped(struct exception *e)
{
	stepped_to = e->rip;
	e->rflags &= ~X86_EFLAGS_TF;
}

/* Step over an instruction: if its #DB does not come, that of the NOP behind it may. */
#define SINGLE_STEP(instruction, ...)							\
	({										\
		u64 behind_;								\
											\
		stepped_to = 0;								\
		asm volatile("lea 1f(%%rip), %0; pushf; orl %1, (%%rsp); popf\n"	\
			     instruction "\n1: nop"					\
			     : "=&r"(behind_) : "i"(X86_EFLAGS_TF), ##__VA_ARGS__	\
			     : "cc", "memory");						\
		stepped_to == behind_ ? "#DB" : stepped_to ? "late" : "none";		\
	})

/* VM entries that fail, with L2's registers, which KVM must not leave behind. */
static void observe_vm_fail(const char *scope, const struct fault *f)
{
	static struct registers before, after;
	const char *how = unseen;

	SCOPE(scope);
	if (!unseen) {
		vmx_prepare();
		get_registers(&before);
		give_l2_others(&before);
		vmwrite(VIRTUAL_APIC_PAGE, (u64)virtual_apic);
		vmwrite_control(PROCESSOR_CONTROLS, TPR_SHADOW, true);
		put_fault(f);
		how = vmx_exit_name(vmx_run(nothing));
		get_registers(&after);
	}
	observe("exit", how);
	SEE("registers", compare_registers(&before, &after));
	SEE("vmm", compare_vmm(&before.vmm, &after.vmm));
	SEE("step", SINGLE_STEP("vmlaunch"));
}

/* KVM emulates the other VMX instructions, too: each must end with the #DB of a single step. */
static void observe_steps(void)
{
	u64 region, value = 0, pin = PIN_CONTROLS, none = 0xffff;

	SCOPE("step");
	if (!unseen) {
		vmx_prepare();
		asm volatile("vmptrst %0" : "=m"(region));
	}
	SEE("vmptrst", SINGLE_STEP("vmptrst %2", "m"(region)));
	SEE("vmread", SINGLE_STEP("vmread %2, %3", "r"(pin), "m"(value)));
	SEE("vmread-fails", SINGLE_STEP("vmread %2, %3", "r"(none), "m"(value)));
	SEE("vmwrite", SINGLE_STEP("vmwrite %3, %2", "r"(pin), "r"(vmread(pin))));
	SEE("vmresume-fails", SINGLE_STEP("vmresume"));
	SEE("vmclear", SINGLE_STEP("vmclear %2", "m"(region)));
	SEE("vmptrld", SINGLE_STEP("vmptrld %2", "m"(region)));
}

/* The fields about a VM exit that a failed VM entry leaves alone. */
static const u16 exit_fields[] = {
	VM_EXIT_INTR_INFO, VM_EXIT_INTR_ERROR_CODE, IDT_VECTORING_INFO, IDT_VECTORING_ERROR_CODE,
	VM_EXIT_INSTRUCTION_LEN, VMX_INSTRUCTION_INFO,
};

/* L1 writes the fields itself: KVM has IA32_VMX_MISC[29], "VMWRITE to any supported field". */
static void observe_exit_fields(const char *scope, const struct fault *f)
{
	static const struct vmx_msr_entry no_msr = { NO_SUCH_MSR, 0, 0 };
	u64 before[ARRAY_SIZE(exit_fields)];
	const char *how = unseen;
	bool same = true;

	SCOPE(scope);
	if (!unseen) {
		vmx_prepare();
		vmwrite(VM_ENTRY_MSR_LOAD_ADDR, (u64)&no_msr);
		put_fault(f);
		for (u32 i = 0; i < ARRAY_SIZE(exit_fields); i++) {
			vmwrite(exit_fields[i], 0x80000b00 + i);
			before[i] = vmread(exit_fields[i]);
		}
		how = vmx_exit_name(vmx_run(nothing));
	}
	observe("exit", how);
	for (u32 i = 0; !unseen && i < ARRAY_SIZE(exit_fields); i++)
		same &= vmx_keeps(exit_fields[i], before[i]);
	SEE("fields", kept(same));
}

/*
 * VM entry loads IA32_APIC_BASE from the list of MSRs, and then fails because of the next MSR.
 * The APIC stays in x2APIC mode, and KVM has to virtualize its MSRs in place of its page.
 */
static void observe_apic_base(void)
{
	u64 base = rdmsr(MSR_IA32_APICBASE);
	struct vmx_msr_entry list[] = {
		{ MSR_IA32_APICBASE, 0, base | APICBASE_EXTD }, { NO_SUCH_MSR, 0, 0 },
	};

	SCOPE("apic-base");
	if (!unseen) {
		vmx_prepare();
		vmwrite(VM_ENTRY_MSR_LOAD_ADDR, (u64)list);
		vmwrite(VM_ENTRY_MSR_LOAD_COUNT, ARRAY_SIZE(list));
	}
	SEE("exit", vmx_exit_name(vmx_run(nothing)));
	SEE("mode", rdmsr(MSR_IA32_APICBASE) & APICBASE_EXTD ? "x2apic" : "xapic");
	SEE("given", given_apicv());
	if (unseen)
		return;
	wrmsr(MSR_IA32_APICBASE, base & ~(APICBASE_EXTD | APICBASE_ENABLE));
	wrmsr(MSR_IA32_APICBASE, base);
	apic_enable();
}

void guest_main(void)
{
	static const struct fault control = { .field = VM_ENTRY_INTR_INFO,
					      .set = INTR_INFO_VALID | INTR_TYPE_RESERVED },
				  host = { .field = HOST_TR_SELECTOR, .clear = ~0ul },
				  threshold = { .field = TPR_THRESHOLD, .set = 1 },
				  activity = { .field = GUEST_ACTIVITY_STATE, .set = 7 },
				  shadows = { .field = GUEST_INTERRUPTIBILITY, .set = 3 },
				  msr = { .field = VM_ENTRY_MSR_LOAD_COUNT, .set = 1 };

	for (u32 i = 0; i < ARRAY_SIZE(other_pml4); i++)
		other_pml4[i] = pml4[i];
	set_handler(X86_TRAP_DB, stepped);
	unseen = vmx_begin();
	observe_faults("host", of_host, ARRAY_SIZE(of_host));
	observe_faults("guest", of_guest, ARRAY_SIZE(of_guest));
	observe("host.cet-without-wp", run_cet(HOST_CR0, HOST_CR4));
	observe("guest.cet-without-wp", run_cet(GUEST_CR0, GUEST_CR4));
	observe_vm_fail("fail.control", &control);
	observe_vm_fail("fail.host", &host);
	observe_vm_fail("fail.threshold", &threshold);
	observe_steps();
	observe_exit_fields("failed.activity", &activity);
	observe_exit_fields("failed.interruptibility", &shadows);
	observe_exit_fields("failed.msr", &msr);
	observe_apic_base();
	if (!unseen)
		vmx_end();
}
