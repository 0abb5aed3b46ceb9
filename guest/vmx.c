// SPDX-License-Identifier: GPL-2.0-only
#include "vmx.h"

#include "case.h"

#define CR4_VMXE		BIT(13)
#define MSR_VMX_BASIC		0x480
#define VMX_BASIC_TRUE_CONTROLS	BIT(55)
#define MSR_VMX_CR0_FIXED0	0x486
#define MSR_VMX_CR4_FIXED0	0x488

#define EXIT_HOST_64BIT		BIT(9)
#define ENTRY_GUEST_64BIT	BIT(9)
#define USE_MSR_BITMAPS		BIT(28)

/* The fields that only this file writes. */
#define MSR_BITMAP		0x2004
#define PIN_CONTROLS		0x4000
#define PROCESSOR_CONTROLS	0x4002
#define PAGE_FAULT_ERROR_CODE_MASK	0x4006	/* zero, as the match: all #PFs exit */
#define PAGE_FAULT_ERROR_CODE_MATCH	0x4008
#define EXIT_REASON		0x4402
#define HOST_SELECTOR(n)	(0xc00 + 2 * (n))	/* ES CS SS DS FS GS */
#define HOST_TR_SELECTOR	0xc0c
#define LINK_POINTER		0x2800
#define GUEST_GDTR_LIMIT	0x4810
#define GUEST_IDTR_LIMIT	0x4812
#define GUEST_INTERRUPTIBILITY	0x4824
#define GUEST_ACTIVITY_STATE	0x4826
#define GUEST_CR0		0x6800
#define GUEST_CR3		0x6802
#define GUEST_CR4		0x6804
#define GUEST_GDTR_BASE		0x6816
#define GUEST_IDTR_BASE		0x6818
#define GUEST_DR7		0x681a
#define GUEST_RSP		0x681c
#define GUEST_RIP		0x681e
#define GUEST_RFLAGS		0x6820
#define GUEST_PENDING_DEBUG	0x6822
#define GUEST_SYSENTER_ESP	0x6824
#define GUEST_SYSENTER_EIP	0x6826
#define HOST_CR0		0x6c00
#define HOST_CR3		0x6c02
#define HOST_CR4		0x6c04
#define HOST_FS_BASE		0x6c06
#define HOST_GS_BASE		0x6c08
#define HOST_TR_BASE		0x6c0a
#define HOST_GDTR_BASE		0x6c0c
#define HOST_IDTR_BASE		0x6c0e
#define HOST_RSP		0x6c14
#define HOST_RIP		0x6c16
#define SEGMENTS		8		/* ES CS SS DS FS GS LDTR TR */
#define GUEST_SELECTOR(n)	(0x800 + 2 * (n))
#define GUEST_LIMIT(n)		(0x4800 + 2 * (n))
#define GUEST_ACCESS(n)		(0x4814 + 2 * (n))
#define GUEST_BASE(n)		(0x6806 + 2 * (n))

#define UNUSABLE		BIT(16)
#define ACCESS_CODE		0xa09b		/* present, execute and read, L */
#define ACCESS_DATA		0xc093
#define ACCESS_TSS		0x8b

static u32 vmxon_region[1024] __attribute__((aligned(0x1000)));
static u32 vmcs[1024] __attribute__((aligned(0x1000)));
static const u8 msr_bitmap[0x1000] __attribute__((aligned(0x1000)));
static u8 guest_stack[0x1000] __attribute__((aligned(16)));

void vmwrite(u64 field, u64 value)
{
	asm volatile("vmwrite %1, %0" :: "r"(field), "r"(value) : "cc", "memory");
}

u64 vmread(u64 field)
{
	u64 value;

	asm volatile("vmread %1, %0" : "=r"(value) : "r"(field) : "cc", "memory");
	return value;
}

/*
 * Read a capability MSR: controls that are set in its lower half cannot be clear, controls
 * that are clear in its upper half cannot be set.
 */
static u64 capability(u32 which)
{
	return rdmsr(which + (rdmsr(MSR_VMX_BASIC) & VMX_BASIC_TRUE_CONTROLS ? 0xc : 0));
}

#define PIN			0x481
#define PROCESSOR		0x482
#define EXIT			0x483
#define ENTRY			0x484

static u64 legal(u32 which, u64 controls)
{
	u64 c = capability(which);

	return (controls | (u32)c) & c >> 32;
}

bool vmwrite_control(u64 field, u32 bits, bool set)
{
	u32 which = field == VM_ENTRY_CONTROLS ? ENTRY : EXIT, wanted = vmread(field);

	wanted = set ? wanted | bits : wanted & ~bits;
	vmwrite(field, wanted);
	return legal(which, wanted) == wanted;
}

/* Set what VMXON needs. */
static void prepare_vmxon(void)
{
	write_cr0(read_cr0() | rdmsr(MSR_VMX_CR0_FIXED0));
	write_cr4(read_cr4() | rdmsr(MSR_VMX_CR4_FIXED0));
	vmxon_region[0] = rdmsr(MSR_VMX_BASIC);
}

int vmxon_safe(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;
	u64 region = (u64)vmxon_region;

	prepare_vmxon();
	asm volatile("1: vmxon %1\n2:\n" FIXUP : "+r"(vector) : "m"(region) : "cc", "memory");
	return vector;
}

const char *vmx_begin(void)
{
	u64 control, region = (u64)vmxon_region;
	u8 failed;

	if (!(cpuid(1, 0).ecx & CPUID_1_ECX_VMX))
		return UNSEEN_HOST "no VMX in guest CPUID (kvm_intel.nested)";
	control = rdmsr(MSR_IA32_FEATURE_CONTROL);
	if (!(control & FEATURE_CONTROL_LOCKED))
		wrmsr(MSR_IA32_FEATURE_CONTROL, control | FEATURE_CONTROL_LOCKED | FEATURE_CONTROL_VMXON);
	else if (!(control & FEATURE_CONTROL_VMXON))
		return UNSEEN_HOST "IA32_FEATURE_CONTROL forbids VMXON";
	prepare_vmxon();
	asm volatile("vmxon %1; setna %0" : "=q"(failed) : "m"(region) : "cc", "memory");
	return failed ? UNSEEN_HOST "VMXON fails" : NULL;
}

void vmx_end(void)
{
	asm volatile("vmxoff" ::: "cc", "memory");
	write_cr4(read_cr4() & ~CR4_VMXE);
}

static void describe_segments(void)
{
	const struct cpu *cpu = this_cpu();

	for (u32 n = 0; n < SEGMENTS; n++) {
		vmwrite(GUEST_SELECTOR(n), KERNEL_DS);
		vmwrite(GUEST_LIMIT(n), 0xffffffff);
		vmwrite(GUEST_ACCESS(n), ACCESS_DATA);
		vmwrite(GUEST_BASE(n), 0);
	}
	vmwrite(GUEST_SELECTOR(1), KERNEL_CS);
	vmwrite(GUEST_ACCESS(1), ACCESS_CODE);
	vmwrite(GUEST_BASE(5), rdmsr(MSR_GS_BASE));
	vmwrite(GUEST_ACCESS(6), UNUSABLE);
	vmwrite(GUEST_SELECTOR(7), TSS_SELECTOR);
	vmwrite(GUEST_LIMIT(7), sizeof(cpu->tss) - 1);
	vmwrite(GUEST_ACCESS(7), ACCESS_TSS);
	vmwrite(GUEST_BASE(7), (u64)&cpu->tss);
}

static void describe_host(void)
{
	for (u32 n = 0; n < 6; n++)		/* ES to GS, as GUEST_SELECTOR() numbers them */
		vmwrite(HOST_SELECTOR(n), n == 1 ? KERNEL_CS : KERNEL_DS);
	vmwrite(HOST_TR_SELECTOR, TSS_SELECTOR);
	vmwrite(HOST_CR0, read_cr0());
	vmwrite(HOST_CR3, read_cr3());
	vmwrite(HOST_CR4, read_cr4());
	vmwrite(HOST_IA32_SYSENTER_CS, 0);
	vmwrite(HOST_FS_BASE, 0);
	vmwrite(HOST_GS_BASE, rdmsr(MSR_GS_BASE));
	vmwrite(HOST_TR_BASE, (u64)&this_cpu()->tss);
	vmwrite(HOST_GDTR_BASE, sgdt().base);
	vmwrite(HOST_IDTR_BASE, sidt().base);
}

static void (*run)(void);

static _Noreturn void guest(void)
{
	run();
	for (;;)
		asm volatile("vmcall" ::: "memory");
}

static void describe_guest(void)
{
	static const u16 zero[] = {
		GUEST_INTERRUPTIBILITY, GUEST_ACTIVITY_STATE, GUEST_PENDING_DEBUG,
		GUEST_IA32_DEBUGCTL, GUEST_SYSENTER_CS, GUEST_SYSENTER_ESP, GUEST_SYSENTER_EIP,
	};

	struct descriptor_table gdtr = sgdt(), idtr = sidt();

	describe_segments();
	vmwrite(LINK_POINTER, -1ull);
	for (u32 i = 0; i < ARRAY_SIZE(zero); i++)
		vmwrite(zero[i], 0);
	vmwrite(GUEST_CR0, read_cr0());
	vmwrite(GUEST_CR3, read_cr3());
	vmwrite(GUEST_CR4, read_cr4());
	vmwrite(GUEST_GDTR_BASE, gdtr.base);
	vmwrite(GUEST_GDTR_LIMIT, gdtr.limit);
	vmwrite(GUEST_IDTR_BASE, idtr.base);
	vmwrite(GUEST_IDTR_LIMIT, idtr.limit);
	vmwrite(GUEST_DR7, 0x400);
	vmwrite(GUEST_RSP, (u64)(guest_stack + sizeof(guest_stack)) - 8);
	vmwrite(GUEST_RFLAGS, 2);
	vmwrite(GUEST_RIP, (u64)guest);
}

void vmx_prepare(void)
{
	static const u16 zero[] = {
		EXCEPTION_BITMAP, PAGE_FAULT_ERROR_CODE_MASK, PAGE_FAULT_ERROR_CODE_MATCH,
		VM_EXIT_MSR_STORE_COUNT, VM_EXIT_MSR_LOAD_COUNT, VM_ENTRY_MSR_LOAD_COUNT,
	};
	u64 region = (u64)vmcs;

	vmcs[0] = rdmsr(MSR_VMX_BASIC);
	vmcs[1] = 0;
	asm volatile("vmclear %0; vmptrld %0" :: "m"(region) : "cc", "memory");
	vmwrite(PIN_CONTROLS, legal(PIN, 0));
	vmwrite(PROCESSOR_CONTROLS, legal(PROCESSOR, USE_MSR_BITMAPS));
	vmwrite(MSR_BITMAP, (u64)msr_bitmap);
	vmwrite(VM_EXIT_CONTROLS, legal(EXIT, EXIT_HOST_64BIT));
	vmwrite(VM_ENTRY_CONTROLS, legal(ENTRY, ENTRY_GUEST_64BIT));
	for (u32 i = 0; i < ARRAY_SIZE(zero); i++)
		vmwrite(zero[i], 0);
	describe_host();
	describe_guest();
}

/* VM entry and exit switch only RSP, RIP and RFLAGS: the guest clobbers all others. */
static bool launch(void)
{
	u32 failed = 1;

	asm volatile("push %%rbp\n"
		     "mov %[host_rsp], %%edx\n"
		     "vmwrite %%rsp, %%rdx\n"
		     "mov %[host_rip], %%edx\n"
		     "lea 1f(%%rip), %%rcx\n"
		     "vmwrite %%rcx, %%rdx\n"
		     "vmlaunch\n"
		     "jmp 2f\n"
		     "1: xor %%eax, %%eax\n"
		     "2: pop %%rbp"
		     : "+a"(failed) : [host_rsp] "i"(HOST_RSP), [host_rip] "i"(HOST_RIP)
		     : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
		       "r14", "r15", "cc", "memory");
	return !failed;
}

u32 vmx_run(void (*function)(void))
{
	run = function;
	return launch() ? vmread(EXIT_REASON) : VMX_FAIL;
}

u32 vmx_abort_indicator(void)
{
	u64 region = (u64)vmcs;

	asm volatile("vmclear %0" :: "m"(region) : "cc", "memory");
	return vmcs[1];
}
