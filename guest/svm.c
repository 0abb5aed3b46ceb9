// SPDX-License-Identifier: GPL-2.0-only
#include "svm.h"

#include "case.h"

#define CPUID_SVM		BIT(2)		/* 0x80000001 ECX */
#define CPUID_NP		BIT(0)		/* 0x8000000a EDX */
#define MSR_VM_HSAVE_PA		0xc0010117
#define TLB_FLUSH_ALL		1
#define KERNEL_CODE		0x29b		/* attributes: present, execute and read, L */
#define KERNEL_DATA		0xc93		/* present, read and write, 4 GiB */

#define ENTRY			0x67		/* P, RW, US, A, D */
#define LARGE			BIT(7)

/*
 * The nested page tables: an identity map of the first GiB.  The CPU walks them with user
 * write accesses (APM 2, "Nested Paging").  They are not this vCPU's page tables, which the
 * nested guest uses as its own.
 */
static u64 nested_pml4[512] __attribute__((aligned(0x1000)));
static u64 nested_pdpt[512] __attribute__((aligned(0x1000)));
static u64 nested_pd[512] __attribute__((aligned(0x1000)));

static u8 host_save[0x1000] __attribute__((aligned(0x1000)));
static u8 guest_stack[0x1000] __attribute__((aligned(16)));

int clgi(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: .byte 0x0f, 0x01, 0xdd\n2:\n" FIXUP : "+r"(vector) :: "memory");
	return vector;
}

void stgi(void)
{
	asm volatile(".byte 0x0f, 0x01, 0xdc" ::: "memory");
}

const char *svm_enable(void)
{
	if (!(cpuid(0x80000001, 0).ecx & CPUID_SVM))
		return UNSEEN_HOST "no SVM in guest CPUID (kvm_amd.nested)";
	if (wrmsr_safe(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME))
		return UNSEEN_HOST "EFER.SVME cannot be set (VM_CR.SVMDIS)";
	if (clgi())
		return UNSEEN_HOST "CLGI faults";
	stgi();
	return NULL;
}

const char *svm_nested_paging(void)
{
	return cpuid(0x8000000a, 0).edx & CPUID_NP ? NULL :
	       UNSEEN_HOST "no nested paging in guest CPUID (kvm_amd.npt)";
}

static struct vmcb_segment table(struct descriptor_table r)
{
	return (struct vmcb_segment) { .limit = r.limit, .base = r.base };
}

static u64 nested_cr3(void)
{
	nested_pml4[0] = (u64)nested_pdpt | ENTRY;
	nested_pdpt[0] = (u64)nested_pd | ENTRY;
	for (u64 i = 0; i < 512; i++)
		nested_pd[i] = i << 21 | LARGE | ENTRY;
	return (u64)nested_pml4;
}

void svm_prepare(struct vmcb *v, bool nested_paging)
{
	struct vmcb_segment data = { KERNEL_DS, KERNEL_DATA, 0xffffffff, 0 };

	*v = (struct vmcb) {
		.intercept = { 0, INTERCEPT_1_VMRUN | INTERCEPT_1_VMMCALL, 0 }, .asid = 1,
		.nested_control = nested_paging ? NESTED_PAGING : 0, .nested_cr3 = nested_cr3(),
		.es = data, .ss = data, .ds = data, .cs = { KERNEL_CS, KERNEL_CODE, 0xffffffff, 0 },
		.gdtr = table(sgdt()), .idtr = table(sidt()), .efer = rdmsr(MSR_EFER),
		.cr0 = read_cr0(), .cr3 = read_cr3(), .cr4 = read_cr4(), .dr7 = 0x400, .dr6 = read_dr6(),
		.cr2 = read_cr2(), .g_pat = rdmsr(MSR_IA32_CR_PAT),
	};
}

static void (*run)(void);

static _Noreturn void guest(void)
{
	run();
	for (;;)
		asm volatile("vmmcall" ::: "memory");
}

static u64 host_rsp, host_rip;		/* where #VMEXIT returns to */

/* VMRUN and #VMEXIT switch only RAX, RSP, RIP and RFLAGS: the guest clobbers all others. */
u64 svm_enter(struct vmcb *v)
{
	u64 rax = (u64)v;

	v->tlb_control = TLB_FLUSH_ALL;
	wrmsr(MSR_VM_HSAVE_PA, (u64)host_save);
	clgi();
	asm volatile("push %%rbp\n"
		     "lea 1f(%%rip), %%rcx\n"
		     "mov %%rcx, %[host_rip]\n"
		     "mov %%rsp, %[host_rsp]\n"
		     "vmrun %%rax\n"
		     "1: pop %%rbp"
		     : "+a"(rax), [host_rip] "=m"(host_rip), [host_rsp] "=m"(host_rsp)
		     :: "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
		        "r14", "r15", "cc", "memory");
	return (s64)(int)v->exit_code;	/* QEMU and older KVMs store 32 bits */
}

void svm_left(void)
{
	asm volatile("mov %0, %%rsp\n"
		     "jmp *%1" :: "r"(host_rsp), "r"(host_rip));
	__builtin_unreachable();
}

void svm_call(struct vmcb *v, void (*function)(void))
{
	run = function;
	v->rflags = 2;
	v->rip = (u64)guest;
	v->rsp = (u64)(guest_stack + sizeof(guest_stack)) - 8;
}

u64 svm_run(struct vmcb *v, void (*function)(void))
{
	u64 code;

	svm_call(v, function);
	code = svm_enter(v);
	stgi();
	return code;
}
