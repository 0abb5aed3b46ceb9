// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that KVM cannot emulate - api.rst 7.27
 *
 * KVM emulates a load from an address without memory, and its emulator does not know every
 * instruction: it does not know the x87's FLDS.  At CPL3 the guest then gets a #UD, which no
 * CPU would raise there; with KVM_CAP_EXIT_ON_EMULATION_FAILURE, KVM exits to the VMM instead,
 * and passes the bytes of the instruction.  The VMM here injects #UD, as KVM would have done:
 * the guest sees the same, and only the exit is new.
 *
 * KVM also has to skip instructions that it intercepts, like CPUID.  Without help of the CPU, it
 * decodes them to find their end.  If it cannot, it always exits: there is nothing that it could
 * do instead.  Here the page of CPUID is no longer in the page tables, which KVM reads, but still
 * in the TLB, from which the CPU executes.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"

CASE("emulation-failure", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");
VARIANT("exit", ENABLE(KVM_CAP_EXIT_ON_EMULATION_FAILURE, 1));

#define FLDS_RAX	0x00d9		/* the bytes of "flds (%rax)" */
#define RET		0xc3
#define CPUID_RET	0xc3a20f
#define TRIES		10		/* an interrupt of the host may flush the TLB */

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

/* At PAGE_BASE is a RET, and CPUID is after it. */
static volatile u64 *const ret = (volatile u64 *)PAGE_BASE, *const cpuid_ret = ret + 1;
static u64 pde;
static int vector_of_cpuid;

/* Map the page again, and leave it by the RET. */
static void leave_page(struct exception *e)
{
	if (e->rip == (u64)cpuid_ret)
		vector_of_cpuid = e->vector;
	*page_directory_entry(page_under_test) = pde;
	e->rip = (u64)ret;
}

static void execute_unmapped(void *unused)
{
	u64 *entry = page_directory_entry(page_under_test);

	(void)unused;
	asm volatile("call *%0\n\t"		/* the CPU reads the page table entry */
		     "movq $0, %2\n\t"
		     "call *%1\n\t"
		     :: "r"(ret), "r"(cpuid_ret), "m"(*entry)
		     : "rax", "rbx", "rcx", "rdx", "memory");
}

static void observe_skip(void)
{
	const char *exit = "none";

	*ret = RET;
	*cpuid_ret = CPUID_RET;
	pde = *page_directory_entry(page_under_test);
	set_handler(X86_TRAP_UD, leave_page);
	set_handler(X86_TRAP_PF, leave_page);
	for (u32 i = 0; i < TRIES; i++) {
		vector_of_cpuid = 0;
		user_call(execute_unmapped, NULL);
		exit = seen();
		*page_directory_entry(page_under_test) = pde;
		if (vector_of_cpuid != X86_TRAP_PF)
			break;
	}
	set_handler(X86_TRAP_UD, NULL);
	set_handler(X86_TRAP_PF, NULL);
	observe("cpuid", fault_name(vector_of_cpuid));
	observe("cpuid.exit", exit);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_flds("here");
	call_on(1, observe_flds, "there");
	on_vcpu(0, "skip", observe_skip);
	enable_cap(KVM_CAP_EXIT_ON_EMULATION_FAILURE, 1);
	observe_flds("enabled-late");
}
