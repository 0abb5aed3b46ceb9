// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events while L2 runs - SDM 3C, "Other Causes of VM Exits"
 *
 * An event that L1 intercepts becomes a VM exit, at the boundary between two instructions of L2.
 * KVM finds most events in its own state and not in the host's CPU, so it has to do what the CPU
 * does: see each event in its order, lose none, and report each once.
 *
 * - An INIT becomes a VM exit, and is gone then.
 * - An NMI that L1 intercepts does not care whether L2 blocks its own, virtual NMIs.
 * - A SIPI does nothing unless the CPU waits for it, and hides no other event: here the #DB of a
 *   single step, which comes with it.
 * - An event can come before L2's first instruction.  Then the VMCS has the state that L1 wrote.
 * - An exception can come while another event is delivered: here because L2's IDT is not mapped.
 *   L1 gets the exception and, in the IDT-vectoring information, the event.
 * - A #PF has RSVD in its error code if a page-table entry has an address bit that CPUID does not
 *   give the guest.  If the host's CPU has the bit, KVM must add RSVD before L1 gets the #PF of L2.
 */
#include "apic.h"
#include "case.h"
#include "vmx.h"

#define MAXPHYADDR	36

CASE("vmx-events", .only_kvm = 1,
     .cpuid = {{ .leaf = 0x80000008, .reg = 0, .set = MAXPHYADDR, .clear = 0xff & ~MAXPHYADDR }});
VARIANT("default");

#define READ_ONLY	BIT(40)		/* mapped by map_read_only() */
#define STORE_TO_RBX_SIZE	2

static const char *unseen;	/* why this vCPU runs no nested guest, or NULL */
#define SEE(key, value)	observe(key, unseen ? unseen : (value))

extern u64 pml4[512];
static u64 other_pml4[512] __attribute__((aligned(0x1000)));

static void nothing(void)
{
}

static void send_init(void)
{
	apic_send(APIC_DM_INIT | APIC_INT_ASSERT, this_cpu()->id);
}

static void send_nmi(void)
{
	apic_send(APIC_DM_NMI | APIC_INT_ASSERT, this_cpu()->id);
}

static void observe_init(void)
{
	SCOPE("init");
	if (!unseen)
		vmx_prepare();
	SEE("exit", vmx_exit_name(vmx_run(send_init)));
	SEE("again", vmx_exit_name(vmx_run(nothing)));
}

static void observe_nmi(const char *key, u32 blocked)
{
	u64 value;

	if (unseen) {
		observe(key, unseen);
		return;
	}
	vmx_prepare();
	if (!vmwrite_control(PIN_CONTROLS, PIN_NMI_EXITING | PIN_VIRTUAL_NMIS, true)) {
		observe(key, UNSEEN_HOST "no virtual NMIs for L2");
		return;
	}
	vmwrite(GUEST_INTERRUPTIBILITY, blocked);
	observe(key, vmx_exit_name(vmx_run(send_nmi)));
	rdmsr_safe(NO_SUCH_MSR, &value);	/* the IRET of its #GP unblocks NMIs */
}

/*
 * Return to L1, and then store to a register of the APIC: MOV, with an address of 32 bits.  A VM
 * entry loads no general registers, so the instruction needs none.
 */
#define STORE_TO_APIC(name, reg, value)							\
	static void name(void)								\
	{										\
		asm volatile("vmcall\n"							\
			     ".byte 0x67, 0xc7, 0x04, 0x25; .long %c0, %c1\n"		\
			     :: "i"(APIC_DEFAULT_PHYS_BASE + (reg)), "i"(value)	\
			     : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10",	\
			       "r11", "r12", "r13", "r14", "r15", "cc", "memory");	\
	}
#define STORE_SIZE	12

STORE_TO_APIC(store_tpr, APIC_TASKPRI, 0)
STORE_TO_APIC(store_sipi, APIC_ICR, APIC_DM_STARTUP | APIC_INT_ASSERT)

/* Step over the store: the #DB exits to L1 behind it. */
static void observe_step(const char *key, void (*function)(void))
{
	u64 start;
	u32 reason;

	if (unseen) {
		observe(key, unseen);
		return;
	}
	apic_write(APIC_ICR2, this_cpu()->id << 24);
	vmx_prepare();
	vmwrite(EXCEPTION_BITMAP, BIT(X86_TRAP_DB));
	vmx_run(function);
	start = vmread(GUEST_RIP) + vmread(VM_EXIT_INSTRUCTION_LEN);
	vmwrite(GUEST_RFLAGS, vmread(GUEST_RFLAGS) | X86_EFLAGS_TF);
	reason = vmx_resume();
	note("exit reason 0x%x", reason);
	observe(key, reason != VMX_EXIT_EXCEPTION ? "none" :
		vmread(GUEST_RIP) == start + STORE_SIZE ? "#DB" : "late");
}

/* L2's registers, which differ from those of L1, and which an exit before L2 runs keeps. */
static const struct {
	u16 field;
	u64 flip;
} kept_fields[] = {
	{ GUEST_CR0, X86_CR0_AM },
	{ GUEST_CR4, X86_CR4_DE },
	{ GUEST_DR7, 1 },
	{ GUEST_RSP, 0x80 },
	{ GUEST_RIP, 0 },
	{ GUEST_SYSENTER_CS, 8 },
	{ GUEST_SYSENTER_EIP, 0x1000 },
	{ GUEST_BASE(0), 0x1000 },
	{ GUEST_LIMIT(0), 0x1000 },
	{ GUEST_IDTR_LIMIT, 0x10 },
};

#define LATER	0x10000		/* of the preemption timer: not before L2 has halted */

static void observe_before(const char *scope, u64 control_field, u32 control, u32 activity,
			   u32 timer, bool pending)
{
	u64 before[ARRAY_SIZE(kept_fields)];
	const char *how = unseen;
	bool same = true;

	SCOPE(scope);
	if (!unseen) {
		vmx_prepare();
		for (u32 i = 0; i < ARRAY_SIZE(kept_fields); i++) {
			before[i] = vmread(kept_fields[i].field) ^ kept_fields[i].flip;
			vmwrite(kept_fields[i].field, before[i]);
		}
		vmwrite(GUEST_CR3, (u64)other_pml4);
		vmwrite(GUEST_RFLAGS, BIT(1) | X86_EFLAGS_IF);
		vmwrite(GUEST_ACTIVITY_STATE, activity);
		vmwrite(PREEMPTION_TIMER, timer);
		if (pending)
			apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR_TEST, this_cpu()->id);
		how = vmwrite_control(control_field, control, true)
			      ? vmx_exit_name(vmx_run(nothing))
			      : UNSEEN_HOST "no such control for L2";
	}
	observe("exit", how);
	for (u32 i = 0; !unseen && i < ARRAY_SIZE(kept_fields); i++)
		same &= vmx_keeps(kept_fields[i].field, before[i]);
	SEE("cr3", kept(vmread(GUEST_CR3) == (u64)other_pml4));
	SEE("registers", kept(same));
	take_pending();
}

static void raise_ud(void)
{
	asm volatile("ud2");
}

static void call_software_interrupt(void)
{
	asm volatile("int %0" :: "i"(VECTOR_TEST));
}

/* L2 delivers an event by an IDT that is not mapped, and L1 intercepts the #PF. */
static void observe_vectoring(const char *scope, void (*function)(void), u32 rflags, u32 want)
{
	u64 info = 0, address = 0;

	SCOPE(scope);
	if (unseen) {
		observe("exit", unseen);
		observe("event", unseen);
		observe("address", unseen);
		return;
	}
	vmx_prepare();
	vmwrite(GUEST_IDTR_BASE, NOWHERE);
	vmwrite(GUEST_RFLAGS, BIT(1) | rflags);
	vmwrite(EXCEPTION_BITMAP, BIT(X86_TRAP_PF));
	if (rflags)
		apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR_TEST, this_cpu()->id);
	observe("exit", vmx_exit_name(vmx_run(function)));
	info = vmread(IDT_VECTORING_INFO);
	address = vmread(EXIT_QUALIFICATION);
	note("IDT-vectoring information 0x%lx, address 0x%lx", info, address);
	observe("event", info == (INTR_INFO_VALID | want) ? "right"
			 : info & INTR_INFO_VALID	  ? "wrong"
							  : "none");
	observe("address", address == NOWHERE + 16 * (want & 0xff) ? "right" : "wrong");
	if (rflags)
		apic_eoi();
}

/* Map a page read-only at an address beyond MAXPHYADDR. */
static void map_read_only(void)
{
	static u64 pdpt[512] __attribute__((aligned(0x1000))),
		pd[512] __attribute__((aligned(0x1000)));

	pd[0] = BIT(MAXPHYADDR) | PTE_PS | PTE_A | PTE_P;
	pdpt[0] = (u64)pd | PTE_A | PTE_W | PTE_P;
	pml4[READ_ONLY >> 39] = (u64)pdpt | PTE_A | PTE_W | PTE_P;
}

static u32 error_code;

static void take(struct exception *e)
{
	error_code = e->error;
	e->rip += STORE_TO_RBX_SIZE;
}

static void store(void)
{
	asm volatile("mov %%al, (%0)" :: "b"(READ_ONLY) : "memory");
}

static const char *error_name(u32 error)
{
	note("error code 0x%x", error);
	return error == (X86_PF_PROT | X86_PF_WRITE | X86_PF_RSVD) ? "P+W+RSVD"
	       : error == (X86_PF_PROT | X86_PF_WRITE)		? "P+W"
						: "other";
}

static void observe_reserved_bit(void)
{
	SCOPE("reserved-bit");
	if (unseen) {
		observe("l1", unseen);
		observe("l2", unseen);
		return;
	}
	map_read_only();
	set_handler(X86_TRAP_PF, take);
	store();
	observe("l1", error_name(error_code));
	vmx_prepare();
	vmwrite(EXCEPTION_BITMAP, BIT(X86_TRAP_PF));
	observe("l2", vmx_run(store) == VMX_EXIT_EXCEPTION
			      ? error_name(vmread(VM_EXIT_INTR_ERROR_CODE))
			      : "none");
	set_handler(X86_TRAP_PF, NULL);
}

void guest_main(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(other_pml4); i++)
		other_pml4[i] = pml4[i];
	unseen = vmx_begin();
	observe_init();
	observe_nmi("nmi.unblocked", 0);
	observe_nmi("nmi.blocked", BLOCKED_BY_NMI);
	observe_step("step.tpr", store_tpr);
	observe_step("step.sipi", store_sipi);
	/* The first: no VM entry before it has had this CR3. */
	observe_before("before.timer-halted", PIN_CONTROLS, PIN_PREEMPTION_TIMER, ACTIVITY_HLT,
		       LATER, false);
	observe_before("before.timer", PIN_CONTROLS, PIN_PREEMPTION_TIMER, 0, 0, false);
	observe_before("before.interrupt-halted", PIN_CONTROLS, PIN_INTERRUPT_EXITING, ACTIVITY_HLT,
		       0, true);
	observe_before("before.interrupt", PIN_CONTROLS, PIN_INTERRUPT_EXITING, 0, 0, true);
	observe_before("before.interrupt-window", PROCESSOR_CONTROLS, INTERRUPT_WINDOW_EXITING, 0,
		       0, false);
	observe_vectoring("vectoring.interrupt", nothing, X86_EFLAGS_IF, VECTOR_TEST);
	observe_vectoring("vectoring.exception", raise_ud, 0, INTR_TYPE_EXCEPTION | X86_TRAP_UD);
	observe_vectoring("vectoring.software", call_software_interrupt, 0,
			  INTR_TYPE_SOFTWARE_INTERRUPT | VECTOR_TEST);
	observe_reserved_bit();
	if (!unseen)
		vmx_end();
}
