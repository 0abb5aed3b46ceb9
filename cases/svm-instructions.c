// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions of the nested guest that KVM has to handle - APM 2, 15.7 and 15.9
 *
 * An instruction first raises its exceptions, and only then causes the #VMEXIT that the
 * hypervisor wants.  If CPUID does not have an instruction, it raises #UD, intercepted or not.
 * The CPU may have what KVM hides: then KVM must raise the #UD, and forget the intercept.
 *
 * What the hypervisor does not intercept, KVM may still have to emulate or to skip: then the
 * nested guest goes on with the next instruction.  OUTS is one that KVM emulates, and CPUID one
 * that it skips.  KVM's emulator does not know every instruction, such as the x87's FSTS, but
 * has to emulate a store to nested page tables: it must give up, and not try again and again.
 */
#include "case.h"
#include "svm.h"

#define CPUID_RDTSCP	BIT(27)		/* 0x80000001 EDX */
#define CPUID_INVPCID	BIT(10)		/* 7 EBX */

CASE("svm-instructions", .vcpus = 2, .vmm_exits = 1);
VARIANT("default");
VARIANT("hidden", .cpuid = {{ .leaf = 0x80000001, .reg = 3, .clear = CPUID_RDTSCP },
			    { .leaf = 7, .reg = 1, .clear = CPUID_INVPCID }});

static struct vmcb vmcb __attribute__((aligned(0x1000)));
static u64 raised;			/* by an instruction of L2 */

#define INSTRUCTION(name, bytes)						\
	static void name(void)							\
	{									\
		static const u64 operand[2];					\
		register u64 vector asm(FAULT_REGISTER) = 0;			\
		u64 a = (u64)operand, c = 1;					\
										\
		asm volatile("1: .byte " bytes "\n2:\n" FIXUP			\
			     : "+a"(a), "+c"(c), "+r"(vector) :: "rdx", "memory");	\
		raised = vector;						\
	}
INSTRUCTION(rdtscp, "0x0f, 0x01, 0xf9")
INSTRUCTION(skinit, "0x0f, 0x01, 0xde")
INSTRUCTION(rdpru, "0x0f, 0x01, 0xfd")
INSTRUCTION(invpcid, "0x66, 0x0f, 0x38, 0x82, 0x08")

static const struct instruction {
	const char *name;
	void (*run)(void);
	u32 word, intercept, exit_code;
	u32 leaf;
	size_t reg;
	u32 bit;
} instructions[] = {
	{ "rdtscp", rdtscp, 1, BIT(7), 0x87, 0x80000001, offsetof(struct cpuid, edx), CPUID_RDTSCP },
	{ "skinit", skinit, 1, BIT(6), 0x86, 0x80000001, offsetof(struct cpuid, ecx), BIT(12) },
	{ "rdpru", rdpru, 1, BIT(14), 0x8e, 0x80000008, offsetof(struct cpuid, ebx), BIT(4) },
	{ "invpcid", invpcid, 2, BIT(2), 0xa2, 7, offsetof(struct cpuid, ebx), CPUID_INVPCID },
};

static bool has(const struct instruction *i)
{
	const struct cpuid r = cpuid(i->leaf, 0);

	return *(const u32 *)((const u8 *)&r + i->reg) & i->bit;
}

static const char *intercepted(const struct instruction *i)
{
	u64 code;

	svm_prepare(&vmcb, false);
	vmcb.intercept[i->word] |= i->intercept;
	code = svm_run(&vmcb, i->run);
	return code == i->exit_code ? "exits" : code != SVM_EXIT_VMMCALL ? "other" :
	       raised ? fault_name(raised) : "runs";
}

static void observe_intercepted(const struct instruction *i, const char *unseen)
{
	const char *with = unseen, *without = unseen;

	SCOPE(i->name);
	if (!unseen && has(i)) {
		with = intercepted(i);
		without = UNSEEN_HOST "CPUID has the instruction";
	} else if (!unseen) {
		with = UNSEEN_HOST "CPUID does not have the instruction";
		without = intercepted(i);
	}
	observe("in-cpuid", with);
	observe("not-in-cpuid", without);
}

static u32 cpuids;

/* Execute CPUID once after OUTS, unless CPUID ends after OUTS again. */
static void outs_and_cpuid(void)
{
	const char *from = "x";

	cpuids = 0;
	asm volatile("outsb\n"
		     "incl %[count]\n"
		     "cmpl $2, %[count]\n"
		     "ja 1f\n"
		     "cpuid\n"
		     "1:" : [count] "+m"(cpuids), "+S"(from)
		     : "d"(POST_PORT) : "rax", "rbx", "rcx", "cc", "memory");
}

/* To the nested page tables, where no entry is in use. */
static void store_to_tables(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: fsts (%1)\n2:\n" FIXUP
		     : "+r"(vector) : "r"(vmcb.nested_cr3 + 0xff8) : "memory");
	raised = vector;
}

static const char *run(void (*function)(void), bool nested_paging)
{
	svm_prepare(&vmcb, nested_paging);
	return svm_run(&vmcb, function) == SVM_EXIT_VMMCALL ? NULL : "other-exit";
}

static void observe_emulated(const char *unseen)
{
	const char *no_npt = unseen ? unseen : svm_nested_paging();

	if (!unseen)
		unseen = run(outs_and_cpuid, false);
	observe("outs.then-cpuid", unseen ? unseen : cpuids == 1 ? "once" : "again");
	if (!no_npt)
		no_npt = run(store_to_tables, true);
	observe("store-to-tables", no_npt ? no_npt : "goes-on");
	if (!no_npt)
		note("the store raises %s", fault_name(raised));
}

static void observe_instructions(void)
{
	const char *unseen = svm_enable();

	for (u32 i = 0; i < ARRAY_SIZE(instructions); i++)
		observe_intercepted(&instructions[i], unseen);
	observe_emulated(unseen);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_instructions);
}
