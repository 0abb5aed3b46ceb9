// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions with an operand that is not in memory - SDM 2 and 3A
 *
 * If an operand is at an address where the guest has no memory, KVM decodes and executes the
 * instruction, and asks the VMM for the operand.  The registers, the flags and the data that is
 * stored have to be those of the CPU.  So each instruction runs twice: on memory, and on an address
 * without memory, where the VMM answers loads with the same bytes.  PUSH and POP are encoded with a
 * ModR/M byte that names a register; their operand in memory is the stack.
 *
 * An instruction can also raise #PF, if its operand continues on the next page.  Bit 1 of the
 * error code says whether the access was a write: so it is for an instruction that loads, changes
 * and stores its operand, even if the page is absent and the load comes first.  CMP, TEST and BT
 * have the same form of operands, but store nothing.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"

CASE("emulated-memory", .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");

#define PAGE_SIZE	(PAGE_END - PAGE_BASE)
#define OFFSET		0x100
#define LOADED		0xa5a5a5a5a5a5a5a5	/* eight times VMM_ANSWERS */
#define STATUS_FLAGS	0x8d5

struct run {
	u64 at;				/* the operand's address */
	u64 rax, rdx, flags;		/* after the instruction */
	u64 stored;
};

static u64 vector, error;

/* The instructions keep in R9 where they end, and the stack in R10. */
static void end_insn(struct exception *e)
{
	vector = e->vector;
	error = e->error;
	e->rip = e->r9;
}

/* The operand is at RDI and at RSI; RAX is the same as the operand, and RCX is 1. */
#define INSN(name, text)									\
	static void name(void *context)								\
	{											\
		struct run *r = context;							\
		u64 rdi = r->at, rsi = r->at, rcx = 1;						\
												\
		r->rax = LOADED;								\
		r->rdx = 0x1020304050607080;							\
		asm volatile("mov %%rsp, %%r10\n\t"						\
			     "lea 2f(%%rip), %%r9\n\t"						\
			     "xor %%ebx, %%ebx\n\t"	/* and the flags */			\
			     text "\n"								\
			     "2:	mov %%r10, %%rsp\n\t"					\
			     "pushf\n\t"							\
			     "pop %2"								\
			     : "+a"(r->rax), "+d"(r->rdx), "=&r"(r->flags), "+D"(rdi),		\
			       "+S"(rsi), "+c"(rcx)						\
			     :: "rbx", "r9", "r10", "memory", "cc");				\
	}
INSN(mov_load, "movw (%%rdi), %%ax")
INSN(movzx, "movzwl (%%rdi), %%eax")
INSN(movsx, "movswq (%%rdi), %%rax")
INSN(movsxd, "movslq (%%rdi), %%rax")
INSN(add_load, "addq (%%rdi), %%rax")
INSN(cmp_load, "cmpq (%%rdi), %%rdx")
INSN(imul, "imulq (%%rdi), %%rdx")
INSN(mul, "mulq (%%rdi)")
INSN(div, "xor %%edx, %%edx; divq (%%rdi)")
INSN(push_load, "pushq (%%rdi); popq %%rax")
INSN(pop_register, "mov %%rdi, %%rsp; .byte 0x8f, 0xc2")	/* pop %rdx */
INSN(lods, "lodsq")
INSN(scas, "scasq")
INSN(cmps, "cmpsq")
INSN(cmp, "cmpq %%rdx, (%%rdi)")
INSN(cmp_imm, "cmpl $0x10203040, (%%rdi)")
INSN(test, "testq %%rdx, (%%rdi)")
INSN(test_imm, "testl $0x10203040, (%%rdi)")
INSN(bt, "btl %%ecx, (%%rdi)")
INSN(bt_imm, "btw $5, (%%rdi)")
INSN(mov_store, "movq %%rdx, (%%rdi)")
INSN(mov_imm, "movl $0x10203040, (%%rdi)")
INSN(movnti, "movnti %%rdx, (%%rdi)")
INSN(stos, "stosq")
INSN(push_register, "lea 8(%%rdi), %%rsp; .byte 0xff, 0xf2")	/* push %rdx */
INSN(add, "addq %%rdx, (%%rdi)")
INSN(adc_imm, "stc; adcl $0x10203040, (%%rdi)")
INSN(lock_sub, "lock subl %%edx, (%%rdi)")
INSN(inc, "incw (%%rdi)")
INSN(neg, "negl (%%rdi)")
INSN(not, "notq (%%rdi)")
INSN(shl, "shlq $4, (%%rdi)")
INSN(shld, "shldq $4, %%rdx, (%%rdi)")
INSN(bts, "btsl %%ecx, (%%rdi)")
INSN(btr_imm, "btrl $5, (%%rdi)")
INSN(xchg, "xchgq %%rdx, (%%rdi)")
INSN(xadd, "xaddq %%rdx, (%%rdi)")
INSN(cmpxchg, "cmpxchgq %%rdx, (%%rdi)")
INSN(cmpxchg8b, "cmpxchg8b (%%rdi)")

static const struct insn {
	const char *name;
	void (*execute)(void *run);
	u32 stores;			/* bytes */
} insns[] = {
	{ "mov-load", mov_load, 0 }, { "movzx", movzx, 0 }, { "movsx", movsx, 0 },
	{ "movsxd", movsxd, 0 }, { "add-load", add_load, 0 }, { "cmp-load", cmp_load, 0 },
	{ "imul", imul, 0 }, { "mul", mul, 0 }, { "div", div, 0 }, { "push-load", push_load, 0 },
	{ "pop-register", pop_register, 0 }, { "lods", lods, 0 }, { "scas", scas, 0 },
	{ "cmps", cmps, 0 }, { "cmp", cmp, 0 }, { "cmp-imm", cmp_imm, 0 }, { "test", test, 0 },
	{ "test-imm", test_imm, 0 }, { "bt", bt, 0 }, { "bt-imm", bt_imm, 0 },
	{ "mov-store", mov_store, 8 }, { "mov-imm", mov_imm, 4 }, { "movnti", movnti, 8 },
	{ "stos", stos, 8 }, { "push-register", push_register, 8 }, { "add", add, 8 },
	{ "adc-imm", adc_imm, 4 }, { "lock-sub", lock_sub, 4 }, { "inc", inc, 2 },
	{ "neg", neg, 4 }, { "not", not, 8 }, { "shl", shl, 8 }, { "shld", shld, 8 },
	{ "bts", bts, 4 }, { "btr-imm", btr_imm, 4 }, { "xchg", xchg, 8 }, { "xadd", xadd, 8 },
	{ "cmpxchg", cmpxchg, 8 }, { "cmpxchg8b", cmpxchg8b, 8 },
};

static struct run run(const struct insn *insn, u64 at)
{
	struct run r = { .at = at };

	vector = error = 0;
	rdmsr(MSR_IA32_APICBASE);	/* after an exception: see mmio() in guest/apic.c */
	user_call(insn->execute, &r);
	r.flags &= STATUS_FLAGS;
	return r;
}

static void add_outcome(struct outcome *o, const struct insn *insn, const char *what)
{
	if (outcome_add(o, what))
		note("%s: %s, but %s of the instructions before", insn->name, what, o->what);
}

static const char *result_of(const struct insn *insn)
{
	volatile u64 *memory = (u64 *)(PAGE_BASE + OFFSET);
	u64 mask = insn->stores == 8 ? ~0ul : BIT(8 * insn->stores) - 1;
	struct run with, without;
	struct vmm_exit e;

	*memory = LOADED;
	with = run(insn, (u64)memory);
	with.stored = *memory & mask;
	vmm_exit();
	without = run(insn, MEMORY_END + OFFSET);
	e = vmm_exit();
	without.stored = e.stored;
	if (vector)
		return fault_name(vector);
	if (!e.count)
		return "no-exit";
	return with.rax != without.rax || with.rdx != without.rdx ? "other-register" :
	       with.flags != without.flags ? "other-flags" :
	       with.stored != without.stored ? "other-data" : "same";
}

/* Return which access the error code of #PF names, if the next page has the PTE bits @present. */
static const char *fault_of(const struct insn *insn, u64 present)
{
	u64 next = MEMORY_END + PAGE_SIZE, *pde = page_directory_entry((void *)next), before = *pde;

	*pde = (before & ~(PTE_P | PTE_W)) | present;
	invlpg((void *)next);
	run(insn, next - 1);
	*pde = before;
	invlpg((void *)next);
	if (vector != X86_TRAP_PF)
		return fault_name(vector);
	if ((error & (X86_PF_PROT | X86_PF_USER)) != (X86_PF_USER | (present ? X86_PF_PROT : 0)))
		return "another-error";
	return error & X86_PF_WRITE ? "write" : "read";
}

/* What the instructions do that only load, or those that store. */
static void observe_insns(bool store)
{
	struct outcome result = {}, absent = {}, readonly = {};

	for (const struct insn *i = insns; i < insns + ARRAY_SIZE(insns); i++) {
		if (!i->stores == store)
			continue;
		add_outcome(&result, i, result_of(i));
		add_outcome(&absent, i, fault_of(i, 0));
		add_outcome(&readonly, i, fault_of(i, PTE_P));
	}
	observe("result", outcome_name(&result));
	observe("absent", outcome_name(&absent));
	observe("readonly", outcome_name(&readonly));
}

static void observe_loads(void) { observe_insns(false); }
static void observe_stores(void) { observe_insns(true); }

void guest_main(void)
{
	set_handler(X86_TRAP_UD, end_insn);
	set_handler(X86_TRAP_GP, end_insn);
	set_handler(X86_TRAP_PF, end_insn);
	on_vcpu(0, "loads", observe_loads);
	on_vcpu(0, "stores", observe_stores);
}
