// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PAT of L2 - api.rst 7.31, KVM_X86_QUIRK_NESTED_SVM_SHARED_PAT
 *
 * With nested paging an AMD CPU gives a guest its own PAT: VMRUN loads it from the VMCB, and
 * #VMEXIT stores it there and restores the hypervisor's PAT (APM 2, "Nested Paging",
 * "Combining Memory Types").  KVM lets L2 share L1's PAT and ignores G_PAT, unless the quirk
 * is disabled.  Without nested paging there is only one PAT in any case.
 *
 * The case uses three PATs that differ only in entry 7, which no page uses, and observes which
 * of them L2, L1 and the VMCB have.
 */
#include "case.h"
#include "svm.h"

CASE("nested-pat", .vcpus = 2);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_NESTED_SVM_SHARED_PAT));

#define ENTRY_7(type)	((u64)(type) << 56)
#define ENTRIES		0x0007040600070406ull
#define PAT_OF_L1	(ENTRIES | ENTRY_7(X86_MEMTYPE_UC))
#define PAT_OF_VMCB	(ENTRIES | ENTRY_7(X86_MEMTYPE_WC))
#define PAT_OF_L2	(ENTRIES | ENTRY_7(X86_MEMTYPE_WT))
#define PAT_RESERVED	(ENTRIES | ENTRY_7(2))

static struct vmcb vmcb __attribute__((aligned(0x1000)));
static u64 found;		/* the PAT that L2 has read */
static int fault;

static const char *whose(u64 pat)
{
	return pat == PAT_OF_L1 ? "l1" : pat == PAT_OF_VMCB ? "vmcb" :
	       pat == PAT_OF_L2 ? "l2" : "other";
}

static void reads(void)
{
	found = rdmsr(MSR_IA32_CR_PAT);
}

static void writes(void)
{
	reads();
	wrmsr(MSR_IA32_CR_PAT, PAT_OF_L2);
}

static void writes_reserved(void)
{
	fault = wrmsr_safe(MSR_IA32_CR_PAT, PAT_RESERVED);
}

/* Observe the PAT that L2 reads, and then those of L1 and of the VMCB. */
static void observe_run(const char *what, void (*function)(void), const char *unseen)
{
	u64 code = 0, after = 0;

	if (!unseen) {
		code = svm_run(&vmcb, function);
		after = rdmsr(MSR_IA32_CR_PAT);
		wrmsr(MSR_IA32_CR_PAT, PAT_OF_L1);
		note("exit code 0x%lx; IA32_PAT in L2 0x%lx, then in L1 0x%lx", code, found, after);
		if (code != SVM_EXIT_VMMCALL)
			found = 0;
	}
	observe(what, unseen ? unseen : whose(found));
	observef("%s.then-l1 = %s", what, unseen ? unseen : whose(after));
	observef("%s.then-vmcb = %s", what, unseen ? unseen : whose(vmcb.g_pat));
}

static const char *run_with(u64 g_pat)
{
	vmcb.g_pat = g_pat;
	switch (svm_run(&vmcb, reads)) {
	case SVM_EXIT_VMMCALL:	return "runs";
	case SVM_EXIT_INVALID:	return "invalid";
	default:		return "other";
	}
}

static void observe_pats(const char *scope, bool nested_paging)
{
	const char *unseen = svm_enable();
	u64 before = rdmsr(MSR_IA32_CR_PAT), code = 0;

	SCOPE(scope);
	if (!unseen && nested_paging)
		unseen = svm_nested_paging();
	wrmsr(MSR_IA32_CR_PAT, PAT_OF_L1);
	if (!unseen)
		svm_prepare(&vmcb, nested_paging);
	vmcb.g_pat = PAT_OF_VMCB;
	observe_run("read", reads, unseen);
	observe_run("written", writes, unseen);
	observe_run("again", reads, unseen);
	if (!unseen)
		code = svm_run(&vmcb, writes_reserved);
	observe("reserved-written", unseen ? unseen :
		code == SVM_EXIT_VMMCALL ? fault_name(fault) : "other");
	observe("reserved", unseen ? unseen : run_with(PAT_RESERVED));
	wrmsr(MSR_IA32_CR_PAT, before);
}

static void observe_both(void)
{
	observe_pats("npt", true);
	observe_pats("no-npt", false);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_both();
	on_vcpu(1, "there", observe_both);
}
