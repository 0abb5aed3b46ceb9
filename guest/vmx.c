// SPDX-License-Identifier: GPL-2.0-only
#include "vmx.h"

#include "case.h"

#define VMX_BASIC_TRUE_CONTROLS	BIT(55)
#define MSR_VMX_CR0_FIXED0	0x486
#define MSR_VMX_CR4_FIXED0	0x488
#define MSR_VMX_SECONDARY	0x48b

#define EXIT_HOST_64BIT		BIT(9)
#define ENTRY_GUEST_64BIT	BIT(9)
#define USE_MSR_BITMAPS		BIT(28)
#define ACTIVATE_SECONDARY	BIT(31)

/* The fields that only this file uses. */
#define MSR_BITMAP		0x2004
#define PAGE_FAULT_ERROR_CODE_MASK	0x4006	/* zero, as the match: all #PFs exit */
#define PAGE_FAULT_ERROR_CODE_MATCH	0x4008
#define EXIT_REASON		0x4402

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

bool vmx_keeps(u64 field, u64 before)
{
	u64 after = vmread(field);

	if (after != before)
		note("field 0x%lx: 0x%lx, then 0x%lx", field, before, after);
	return after == before;
}

/*
 * Read the capability MSR of a field: controls that are set in its lower half cannot be clear,
 * controls that are clear in its upper half cannot be set.
 */
static u64 capability(u64 field)
{
	u32 more = rdmsr(MSR_VMX_BASIC) & VMX_BASIC_TRUE_CONTROLS ? 0xc : 0;

	return rdmsr(field == PIN_CONTROLS ? 0x481 + more :
		     field == PROCESSOR_CONTROLS ? 0x482 + more :
		     field == VM_EXIT_CONTROLS ? 0x483 + more :
		     field == VM_ENTRY_CONTROLS ? 0x484 + more : MSR_VMX_SECONDARY);
}

static u64 legal(u64 field, u64 controls)
{
	u64 c = capability(field);

	return (controls | (u32)c) & c >> 32;
}

bool vmwrite_control(u64 field, u32 bits, bool set)
{
	u32 wanted = vmread(field);

	if (field == SECONDARY_CONTROLS &&
	    !vmwrite_control(PROCESSOR_CONTROLS, ACTIVATE_SECONDARY, true))
		return false;
	wanted = set ? wanted | bits : wanted & ~bits;
	vmwrite(field, wanted);
	return legal(field, wanted) == wanted;
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
	write_cr4(read_cr4() & ~X86_CR4_VMXE);
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
static bool launched;		/* the VMCS wants VMRESUME, not VMLAUNCH */

static _Noreturn void guest(void)
{
	run();
	for (;;)
		asm volatile("vmcall" ::: "memory");
}

static void start_over(void)
{
	vmwrite(GUEST_RSP, (u64)(guest_stack + sizeof(guest_stack)) - 8);
	vmwrite(GUEST_RIP, (u64)guest);
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
	vmwrite(GUEST_RFLAGS, 2);
	start_over();
}

void vmx_prepare(void)
{
	static const u16 zero[] = {
		EXCEPTION_BITMAP, PAGE_FAULT_ERROR_CODE_MASK, PAGE_FAULT_ERROR_CODE_MATCH,
		VM_EXIT_MSR_STORE_COUNT, VM_EXIT_MSR_LOAD_COUNT, VM_ENTRY_MSR_LOAD_COUNT,
		SECONDARY_CONTROLS, VM_ENTRY_INTR_INFO,
	};
	u64 region = (u64)vmcs;

	vmcs[0] = rdmsr(MSR_VMX_BASIC);
	vmcs[1] = 0;
	asm volatile("vmclear %0; vmptrld %0" :: "m"(region) : "cc", "memory");
	launched = false;
	vmwrite(PIN_CONTROLS, legal(PIN_CONTROLS, 0));
	vmwrite(PROCESSOR_CONTROLS, legal(PROCESSOR_CONTROLS, USE_MSR_BITMAPS));
	vmwrite(MSR_BITMAP, (u64)msr_bitmap);
	vmwrite(VM_EXIT_CONTROLS, legal(VM_EXIT_CONTROLS, EXIT_HOST_64BIT));
	vmwrite(VM_ENTRY_CONTROLS, legal(VM_ENTRY_CONTROLS, ENTRY_GUEST_64BIT));
	for (u32 i = 0; i < ARRAY_SIZE(zero); i++)
		vmwrite(zero[i], 0);
	describe_host();
	describe_guest();
}

/* VM entry and exit switch only RSP, RIP and RFLAGS: the guest clobbers all others. */
static u32 enter(void)
{
	u32 failed = 1, reason, resume = launched;

	asm volatile("push %%rbp\n"
		     "mov %[host_rsp], %%edx\n"
		     "vmwrite %%rsp, %%rdx\n"
		     "mov %[host_rip], %%edx\n"
		     "lea 1f(%%rip), %%rcx\n"
		     "vmwrite %%rcx, %%rdx\n"
		     "test %[resume], %[resume]\n"
		     "jnz 3f\n"
		     "vmlaunch\n"
		     "jmp 2f\n"
		     "3: vmresume\n"
		     "jmp 2f\n"
		     "1: xor %%eax, %%eax\n"
		     "2: pop %%rbp"
		     : "+a"(failed), [resume] "+D"(resume)
		     : [host_rsp] "i"(HOST_RSP), [host_rip] "i"(HOST_RIP)
		     : "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
		       "r15", "cc", "memory");
	reason = failed ? VMX_FAIL : vmread(EXIT_REASON);
	launched |= !(reason & VMX_ENTRY_FAILED);
	return reason;
}

u32 vmx_run(void (*function)(void))
{
	run = function;
	if (launched)
		start_over();
	return enter();
}

u32 vmx_resume(void)
{
	vmwrite(GUEST_RIP, vmread(GUEST_RIP) + vmread(VM_EXIT_INSTRUCTION_LEN));
	return enter();
}

const char *vmx_exit_name(u32 reason)
{
	switch (reason) {
	case VMX_EXIT_EXCEPTION:
		return fault_name(vmread(VM_EXIT_INTR_INFO) & 0xff);
	case VMX_EXIT_INTERRUPT:
		return "interrupt";
	case VMX_EXIT_INIT:
		return "init";
	case VMX_EXIT_INTERRUPT_WINDOW:
		return "interrupt-window";
	case VMX_EXIT_VMCALL:
		return "returned";
	case VMX_EXIT_TIMER:
		return "timer";
	case VMX_ENTRY_FAILED | VMX_EXIT_INVALID_STATE:
		return "invalid-state";
	case VMX_ENTRY_FAILED | VMX_EXIT_MSR_LOAD:
		return "msr-load";
	case VMX_FAIL:
		break;
	default:
		return "other-exit";
	}
	switch (vmread(VM_INSTRUCTION_ERROR)) {
	case ERROR_INVALID_CONTROL_FIELD:
		return "vm-fail-control";
	case ERROR_INVALID_HOST_STATE:
		return "vm-fail-host-state";
	default:
		return "vm-fail";
	}
}

u32 vmx_abort_indicator(void)
{
	u64 region = (u64)vmcs;

	asm volatile("vmclear %0" :: "m"(region) : "cc", "memory");
	return vmcs[1];
}
