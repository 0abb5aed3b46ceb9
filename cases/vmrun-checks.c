// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest states that VMRUN refuses - APM 2, 15.5.1 and 15.25.4
 *
 * VMRUN enters no guest with an illegal state: #VMEXIT follows at once, with VMEXIT_INVALID.
 * If the hypervisor is itself a guest, KVM runs its nested guest from a VMCB of its own, which
 * it makes from the hypervisor's.  A field that KVM changes on the way, or does not take, is
 * one that the CPU cannot check: KVM must do that itself.
 *
 * The case enters a nested guest with one illegal field at a time.  LMA=1 with LME=0 is not
 * illegal: VMRUN ignores LMA, and the nested guest then reads EFER.
 */
#include "apic.h"
#include "case.h"
#include "svm.h"

CASE("vmrun-checks", .vcpus = 2);
VARIANT("default");

#define EFER_LMA	BIT(10)
#define CODE_L		BIT(9)		/* attributes of CS */
#define CODE_D		BIT(10)
#define PAGE_SIZE	0x1000
#define HANG_NS		1000000000

static struct vmcb vmcb __attribute__((aligned(0x1000)));

/* Bits to set and to clear in the quadword at this offset of the VMCB. */
static const struct illegal {
	const char *name;
	size_t offset;
	u64 set, clear;
} illegal[] = {
	{ "svme-clear", offsetof(struct vmcb, efer), 0, EFER_SVME },
	{ "efer-bit-9", offsetof(struct vmcb, efer), BIT(9), 0 },
	{ "efer-bit-63", offsetof(struct vmcb, efer), BIT(63), 0 },
	{ "nw-without-cd", offsetof(struct vmcb, cr0), X86_CR0_NW, X86_CR0_CD },
	{ "cr0-bit-32", offsetof(struct vmcb, cr0), BIT(32), 0 },
	{ "cr0-bit-63", offsetof(struct vmcb, cr0), BIT(63), 0 },
	{ "cr3-bit-52", offsetof(struct vmcb, cr3), BIT(52), 0 },
	{ "cr4-bit-15", offsetof(struct vmcb, cr4), BIT(15), 0 },
	{ "cr4-bit-63", offsetof(struct vmcb, cr4), BIT(63), 0 },
	{ "dr6-bit-32", offsetof(struct vmcb, dr6), BIT(32), 0 },
	{ "dr7-bit-32", offsetof(struct vmcb, dr7), BIT(32), 0 },
	{ "lme-without-pae", offsetof(struct vmcb, cr4), 0, X86_CR4_PAE },
	{ "lme-without-pe", offsetof(struct vmcb, cr0), 0, X86_CR0_PE },
	{ "l-and-d", offsetof(struct vmcb, cs), CODE_D << 16, 0 },
	{ "no-vmrun-intercept", offsetof(struct vmcb, intercept[1]), 0, INTERCEPT_1_VMRUN },
	{ "asid-0", offsetof(struct vmcb, asid), 0, 0xffffffff },
	{ "event-type-1", offsetof(struct vmcb, event_inj), EVENT_VALID | EVENT_TYPE(1), 0 },
	{ "event-type-5", offsetof(struct vmcb, event_inj), EVENT_VALID | EVENT_TYPE(5), 0 },
	{ "event-nmi-as-exception", offsetof(struct vmcb, event_inj),
	  EVENT_VALID | EVENT_TYPE_EXCEPTION | X86_TRAP_NMI, 0 },
};

/* L2: read EFER into RAX, in any mode. */
void efer_of_l2(void);
asm(".text\nefer_of_l2: mov $0xc0000080, %ecx; rdmsr; vmmcall\n");

static const char *end_name(u64 code)
{
	switch (code) {
	case SVM_EXIT_INVALID:	return "invalid";
	case SVM_EXIT_VMMCALL:	return "runs";
	case SVM_EXIT_INTR:	return "hangs";
	}
	return "other";
}

static u64 enter(void)
{
	u64 code;

	vmcb.rip = (u64)efer_of_l2;
	vmcb.rflags = X86_EFLAGS_IF | 2;
	vmcb.intercept[0] |= INTERCEPT_INTR;
	start_timer(HANG_NS);
	code = svm_enter(&vmcb);
	stgi();
	stop_timer();
	return code;
}

static void observe_illegal(const struct illegal *i, const char *unseen)
{
	u64 *field = (u64 *)((u8 *)&vmcb + i->offset);

	svm_prepare(&vmcb, false);
	*field = (*field & ~i->clear) | i->set;
	observe(i->name, unseen ? unseen : end_name(enter()));
}

/* The first address that this CPU does not have. */
static u64 address_limit(void)
{
	return BIT(cpuid(0x80000008, 0).eax & 0xff);
}

/* The tables begin at this address: the MSR table has 8 KiB, the I/O table 12 KiB. */
static void observe_tables(const char *name, u64 address, const char *unseen)
{
	svm_prepare(&vmcb, false);
	vmcb.msrpm_base = address;
	observef("msr-table-%s = %s", name, unseen ? unseen : end_name(enter()));
	vmcb.msrpm_base = 0;
	vmcb.iopm_base = address;
	observef("io-table-%s = %s", name, unseen ? unseen : end_name(enter()));
}

static void observe_nested_cr3(const char *name, u64 set, const char *unseen)
{
	svm_prepare(&vmcb, true);
	vmcb.nested_cr3 |= set;
	observe(name, unseen ? unseen : end_name(enter()));
}

static void observe_lma(const char *unseen)
{
	u64 code;

	svm_prepare(&vmcb, false);
	vmcb.efer &= ~EFER_LME;
	vmcb.cr0 &= ~X86_CR0_PG;
	vmcb.cs.attributes ^= CODE_L | CODE_D;
	code = unseen ? 0 : enter();
	observe("lma-without-lme", unseen ? unseen : end_name(code));
	if (!unseen && code != SVM_EXIT_VMMCALL)
		unseen = end_name(code);
	observe("lma-without-lme.read", unseen ? unseen : vmcb.rax & EFER_LMA ? "set" : "clear");
	observe("lma-without-lme.vmcb", unseen ? unseen : vmcb.efer & EFER_LMA ? "set" : "clear");
}

static void observe_checks(void)
{
	const char *unseen = svm_enable(), *no_npt = unseen ? unseen : svm_nested_paging();

	svm_prepare(&vmcb, false);
	observe("legal", unseen ? unseen : end_name(enter()));
	for (u32 i = 0; i < ARRAY_SIZE(illegal); i++)
		observe_illegal(&illegal[i], unseen);
	observe_tables("beyond", address_limit(), unseen);
	observe_tables("across", address_limit() - PAGE_SIZE, unseen);
	observe_nested_cr3("nested-cr3", 0, no_npt);
	observe_nested_cr3("nested-cr3-beyond", address_limit(), no_npt);
	observe_nested_cr3("nested-cr3-bit-52", BIT(52), no_npt);
	observe_lma(unseen);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_checks);
}
