// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that KVM cannot emulate - api.rst 7.27
 *
 * KVM emulates a load from an address without memory, and its emulator does not know every
 * instruction: it does not know the x87's FLDS.  At CPL3 the guest then gets a #UD, which no
 * CPU would raise there; with KVM_CAP_EXIT_ON_EMULATION_FAILURE, KVM exits to the VMM instead,
 * and passes the bytes of the instruction.  The VMM here injects #UD, as KVM would have done:
 * the guest sees the same, and only the exit is new.
 */
#include "case.h"
#include "host.h"

CASE("emulation-failure", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");
VARIANT("exit", ENABLE(KVM_CAP_EXIT_ON_EMULATION_FAILURE, 1));

#define FLDS_RAX	0x00d9		/* the bytes of "flds (%rax)" */

static void flds(void *vector)
{
	register u64 raised asm(FAULT_REGISTER) = 0;

	asm volatile("1: flds (%%rax)\n2:\n" FIXUP
		     : "+r"(raised) : "a"((u64)MEMORY_END) : "memory");
	*(u64 *)vector = raised;
}

static const char *seen(void)
{
	struct vmm_exit e = vmm_exit();

	if (!e.count)
		return "none";
	if (e.count != 1 || e.reason != KVM_EXIT_INTERNAL_ERROR)
		return "another";
	if (!e.detail)
		return "without-bytes";
	return (e.stored & 0xffff) == FLDS_RAX ? "bytes" : "other-bytes";
}

static void observe_flds(void *key)
{
	u64 vector;

	user_call(flds, &vector);
	observe(key, fault_name(vector));
	observef("%s.exit = %s", (const char *)key, seen());
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_flds("here");
	call_on(1, observe_flds, "there");
	enable_cap(KVM_CAP_EXIT_ON_EMULATION_FAILURE, 1);
	observe_flds("enabled-late");
}
