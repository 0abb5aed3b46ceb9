// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other vendor's hypercall instruction - api.rst 7.31,
 * KVM_X86_QUIRK_FIX_HYPERCALL_INSN
 *
 * VMCALL is Intel's and VMMCALL is AMD's (SDM 3C, APM 3); on the other's CPUs each is a
 * #UD.  A guest that was once started on the other is to go on after a migration: so KVM
 * overwrites the wrong one by the right one in the guest's memory, and the guest comes
 * back to it; unless the quirk is disabled.
 *
 * The hypercall is one that nobody has defined: what counts is whether it returns.
 */
#include "case.h"

CASE("hypercall-insn", .vcpus = 2, .hypercalls = 1);
VARIANT("default");
VARIANT("quirk-disabled", .disable_quirks = KVM_X86_QUIRK_FIX_HYPERCALL_INSN);

#define UNDEFINED	0x7fff

/* The instruction, at one place in memory: the vector that it raised, or 0. */
#define HYPERCALL(name)								\
	extern const volatile u8 name##_at[3];					\
	static __attribute__((noinline)) int name(s64 *ret)			\
	{									\
		register u64 vector asm(FAULT_REGISTER) = 0;			\
										\
		*ret = UNDEFINED;						\
		asm volatile(#name "_at:\n"					\
			     "1: " #name "\n2:\n" FIXUP				\
			     : "+r"(vector), "+a"(*ret) :: "memory");		\
		return vector;							\
	}
HYPERCALL(vmcall)
HYPERCALL(vmmcall)

static void observe_one(const char *where, const char *name, int (*hypercall)(s64 *),
			const volatile u8 *at)
{
	u8 before = at[2];
	s64 ret;
	int vector = hypercall(&ret);

	observef("%s.%s = %s", where, name,
		 vector ? fault_name(vector) : ret == -KVM_ENOSYS ? "returns" : "other-result");
	observef("%s.%s.instruction = %s", where, name, at[2] == before ? "kept" : "rewritten");
}

static void observe_both(void *where)
{
	observe_one(where, "vmcall", vmcall, vmcall_at);
	observe_one(where, "vmmcall", vmmcall, vmmcall_at);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_both("here");
	observe_both("again");
	call_on(1, observe_both, "there");
}
