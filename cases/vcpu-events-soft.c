// SPDX-License-Identifier: GPL-2.0-only
/*
 * #BP and #OF in KVM_SET_VCPU_EVENTS - errata.rst, "KVM_SET_VCPU_EVENTS issue"
 *
 * INT3 and INTO raise #BP and #OF: software exceptions, whose handler returns to the next
 * instruction.  An AMD CPU that injects one takes NextRIP from the VMCB for that.  KVM knows
 * NextRIP if the last exit was by an instruction; otherwise it has to decode the instruction
 * at RIP.  But a VMM may set an exception of a vCPU that is at any instruction, after any
 * exit, or that has not been in the guest yet.
 *
 * vCPU 0 has the VMM set an exception of vCPU 1 after each kind of exit: #BP, #OF, or #DE,
 * for which the CPU needs no NextRIP.  The handler has to come, and has to return to where the
 * vCPU was.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "inject.h"

CASE("vcpu-events-soft", .vcpus = 5, .ap_start = AP_WAIT_FOR_SIPI, .vmm_exits = 1);
VARIANT("default");

#define TARGET		1
#define FIRST_FRESH	2		/* each is fresh only once */
#define PORT		0x510
#define RFLAGS_FIXED	0x2
#define STACK_WORDS	64

/* The code of the vCPU: where it exits, it executes the next instruction only if no exception comes. */
asm(".pushsection .text\n"
    "soft_out:		out %eax, (%dx)\n"
    "after_soft_out:	jmp soft_lost\n"
    "soft_in:		in (%dx), %eax\n"
    "after_soft_in:	jmp soft_lost\n"
    "soft_load:		mov (%rdi), %eax\n"
    "after_soft_load:	jmp soft_lost\n"
    "soft_store:	mov %eax, (%rdi)\n"
    "after_soft_store:	jmp soft_lost\n"
    "soft_halt:		hlt\n"
    "after_soft_halt:	jmp soft_lost\n"
    "soft_fresh:	jmp soft_lost\n"
    "soft_loop:		loop soft_loop\n"		/* counts RCX down, for longer than any run */
    "			jmp soft_lost\n"

    "soft_lost:		movl $1, soft_came\n"	/* enum came */
    "			jmp soft_end\n"
    "soft_ud:		movl $2, soft_came\n"
    "			jmp soft_end\n"
    "soft_caught:	mov (%rsp), %rax\n"
    "			mov %rax, soft_rip\n"
    "			movl $3, soft_came\n"
    "soft_end:		cli\n"
    "			hlt\n"
    "			jmp soft_end\n"
    ".popsection");

extern const char soft_out[], soft_in[], soft_load[], soft_store[], soft_halt[], soft_fresh[];
extern const char after_soft_out[], after_soft_in[], after_soft_load[], after_soft_store[];
extern const char after_soft_halt[], soft_loop[], soft_ud[], soft_caught[];

enum came { NOTHING, LOST, UD, CAUGHT };
volatile u32 soft_came;
volatile u64 soft_rip;			/* where the handler would return to */

static u64 stack[STACK_WORDS] __attribute__((aligned(16)));
static struct tss tss = { .rsp0 = (u64)(stack + STACK_WORDS) };
static struct kvm_mp_state runnable = { KVM_MP_STATE_RUNNABLE };

/* Have vCPU @index, which halts or is fresh, execute @code next, with the tables of vCPU 0. */
static void place(u32 index, const char *code, bool user)
{
	/* With interrupts off, soft_loop would stop the host's timer in Bochs. */
	struct kvm_regs regs = {
		.rip = (u64)code, .rsp = (u64)(stack + STACK_WORDS), .rdi = MEMORY_END, .rdx = PORT,
		.rflags = RFLAGS_FIXED | X86_EFLAGS_IF,
	};
	struct kvm_sregs sregs, its;

	vcpu_ioctl(0, KVM_GET_SREGS, &sregs);
	vcpu_ioctl(index, KVM_GET_SREGS, &its);
	sregs.apic_base = its.apic_base;
	sregs.tr.base = (u64)&tss;
	sregs.cs.selector = user ? USER_CS : KERNEL_CS;
	sregs.ss.selector = user ? USER_DS : KERNEL_DS;
	sregs.cs.dpl = sregs.ss.dpl = user ? 3 : 0;
	HOST_CALL(TARGET_VCPU, index, STEP(KVM_SET_SREGS, &sregs), STEP(KVM_SET_REGS, &regs));
}

static void run(u32 index)
{
	vcpu_ioctl(index, KVM_SET_MP_STATE, &runnable);
}

static void inject_into_fresh(u32 index, struct kvm_vcpu_events *events)
{
	vcpu_ioctl(index, KVM_SET_VCPU_EVENTS, events);
	run(index);
}

static void inject_at_exit(u32 index, struct kvm_vcpu_events *events)
{
	put_events_call(index, events, (struct step) {});
	mailbox.call[index].at_exit = 1;
	run(index);
}

static struct kvm_regs get_regs(u32 index)
{
	struct kvm_regs regs;

	vcpu_ioctl(index, KVM_GET_REGS, &regs);
	return regs;
}

static u64 loops_left;			/* RCX at the injection */

static void inject_into_looping(u32 index, struct kvm_vcpu_events *events)
{
	struct kvm_regs regs;

	run(index);
	while (get_regs(index).rcx == 0)
		cpu_relax();
	HOST_CALL(TARGET_VCPU, index, STEP(KVM_GET_REGS, &regs), STEP(KVM_SET_VCPU_EVENTS, events));
	loops_left = regs.rcx;
}

/* Return whether the vCPU loops on, as if there had been no injection. */
static bool loops_on(u32 index)
{
	struct kvm_regs regs = get_regs(index);

	return regs.rip == (u64)soft_loop && regs.rcx != loops_left;
}

static void inject_into_halted(u32 index, struct kvm_vcpu_events *events)
{
	run(index);
	while (mp_state(index) != KVM_MP_STATE_HALTED)
		cpu_relax();
	HOST_CALL(TARGET_VCPU, index, STEP(KVM_SET_VCPU_EVENTS, events),
		  STEP(KVM_SET_MP_STATE, &runnable));
}

static const struct kind {
	const char *name;
	const char *code, *at;		/* where the vCPU is placed, and where it is interrupted */
	void (*inject)(u32 index, struct kvm_vcpu_events *events);
	bool user;			/* at CPL3 */
} kinds[] = {
	{ "out", soft_out, after_soft_out, inject_at_exit, false },
	{ "in", soft_in, after_soft_in, inject_at_exit, false },
	{ "load", soft_load, after_soft_load, inject_at_exit, false },
	{ "store", soft_store, after_soft_store, inject_at_exit, false },
	{ "halt", soft_halt, after_soft_halt, inject_into_halted, false },
	{ "loop", soft_loop, soft_loop, inject_into_looping, false },
	{ "loop-cpl3", soft_loop, soft_loop, inject_into_looping, true },
	{ "fresh", soft_fresh, soft_fresh, inject_into_fresh, false },
};

static const char *what_came(u32 index, const struct kind *k)
{
	while (!soft_came) {
		if (k->code == soft_loop && loops_on(index))
			return "lost";
		cpu_relax();
	}
	if (failed_entry(index))
		return failed_entry(index);
	switch (soft_came) {
	case CAUGHT:
		return soft_rip == (u64)k->at ? "delivered" : "delivered-elsewhere";
	case UD:
		return "wrong-vector";
	default:
		return "lost";
	}
}

static const char *injected_after(const struct kind *k, u32 vector, u32 fresh)
{
	u32 index = k->code == soft_fresh ? fresh : TARGET;
	struct injection i = { .vector = vector };
	struct kvm_vcpu_events events;
	const char *came;
	u64 gate;

	if (!mailbox.host)
		return UNSEEN_GUEST "no host";
	gate = set_gate(vector, (u64)soft_caught);
	soft_came = NOTHING;
	mailbox.call[index].ret = 0;
	place(index, k->code, k->user);
	events = events_with(index, &i);
	k->inject(index, &events);
	came = what_came(index, k);
	set_gate(vector, gate);
	return came;
}

void guest_main(void)
{
	static const u32 vectors[] = { X86_TRAP_BP, X86_TRAP_OF, X86_TRAP_DE };

	set_gate(X86_TRAP_UD, (u64)soft_ud);
	for (u32 k = 0; k < ARRAY_SIZE(kinds); k++) {
		SCOPE(kinds[k].name);
		for (u32 n = 0; n < ARRAY_SIZE(vectors); n++)
			observef("vector-%u = %s", vectors[n],
				 injected_after(&kinds[k], vectors[n], FIRST_FRESH + n));
	}
}
