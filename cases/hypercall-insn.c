// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other vendor's hypercall instruction - api.rst 7.31, KVM_X86_QUIRK_FIX_HYPERCALL_INSN
 *
 * VMCALL is Intel's hypercall instruction and VMMCALL is AMD's (SDM 3C, APM 3); each raises
 * #UD on the other vendor's CPUs.  A guest has to keep running when it migrates from one
 * vendor's CPU to the other's.  So KVM replaces the wrong instruction with the right one in
 * the guest's memory, and the guest executes it again, unless the quirk is disabled.
 *
 * KVM also handles the instruction at CPL3, but does no hypercall there: it returns
 * -KVM_EPERM.
 *
 * The case uses an undefined hypercall number, because it only observes whether the hypercall
 * returns.
 */
#include "case.h"

CASE("hypercall-insn", .vcpus = 2, .hypercalls = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_FIX_HYPERCALL_INSN));

#define UNDEFINED	0x7fff

/* Execute the instruction, whose only copy is at NAME_at; return the vector raised, or 0. */
#define HYPERCALL(name, instruction)						\
	extern const volatile u8 name##_at[3];					\
	static __attribute__((noinline)) int name(s64 *ret)			\
	{									\
		register u64 vector asm(FAULT_REGISTER) = 0;			\
										\
		*ret = UNDEFINED;						\
		asm volatile(#name "_at:\n"					\
			     "1: " #instruction "\n2:\n" FIXUP				\
			     : "+r"(vector), "+a"(*ret) :: "memory");		\
		return vector;							\
	}
HYPERCALL(vmcall, vmcall)
HYPERCALL(vmmcall, vmmcall)
HYPERCALL(vmcall_at_cpl3, vmcall)
HYPERCALL(vmmcall_at_cpl3, vmmcall)

struct trial {
	int (*hypercall)(s64 *ret);
	int vector;
	s64 ret;
};

static void try_it(void *trial)
{
	struct trial *t = trial;

	t->vector = t->hypercall(&t->ret);
}

static void observe_one(const char *name, int (*hypercall)(s64 *), const volatile u8 *at, bool at_cpl3)
{
	struct trial t = { .hypercall = hypercall };
	u8 before = at[2];

	if (at_cpl3)
		user_call(try_it, &t);
	else
		try_it(&t);
	observe(name, t.vector ? fault_name(t.vector) :
		t.ret == -(at_cpl3 ? KVM_EPERM : KVM_ENOSYS) ? "returns" : "other-result");
	observef("%s.instruction = %s", name, at[2] == before ? "kept" : "rewritten");
}

static void observe_both(void)
{
	observe_one("vmcall", vmcall, vmcall_at, false);
	observe_one("vmmcall", vmmcall, vmmcall_at, false);
}

static void observe_at_cpl3(void)
{
	observe_one("vmcall", vmcall_at_cpl3, vmcall_at_cpl3_at, true);
	observe_one("vmmcall", vmmcall_at_cpl3, vmmcall_at_cpl3_at, true);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_vcpu(0, "here", observe_both);
	on_vcpu(0, "again", observe_both);
	on_vcpu(1, "there", observe_both);
	on_vcpu(0, "cpl3", observe_at_cpl3);
}
