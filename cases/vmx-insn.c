// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMX instructions, and instructions that exit to L1 - SDM 3C, "VMX Instruction Reference"
 *
 * A VMX instruction of L1 is a VM exit to KVM, which gets the parts of the operand's address from
 * the CPU: the displacement, base and index registers, and the segment.  KVM adds them up as the
 * CPU does for other instructions (SDM 1, "Specifying an Offset").  In protected mode, the offset
 * has 32 bits, and a displacement of less than that is signed.  The segment's limit holds, but the
 * CPU does not check it if it is 4 GiB and the base is 0.  Then an operand can wrap from the end of
 * the 4 GiB to address 0.
 *
 * The case runs VMXON in protected mode, since it is there before all other VMX instructions.
 *
 * VMREAD and VMWRITE need a VMCS: that of VMPTRLD or, in L2 with VMCS shadowing, that of the link
 * pointer.  Without one they fail, before they access an operand.
 *
 * Some instructions of L2 exit to L1 if L1 wants so.  KVM sees to this itself if it emulates one.
 */
#include "case.h"
#include "legacy.h"
#include "protocol.h"
#include "vmx.h"

CASE("vmx-insn", .only_kvm = 1);
VARIANT("default");

#define LOW		((volatile u64 *)0x6000)	/* a 16-bit address */
#define TOP		((volatile u32 *)0x1ffffc)	/* mapped before 4 GiB, too; 0 is at 0 */
#define FS_INDEX	7		/* a descriptor that the runtime does not use */
#define LIMITED		0x00409300000fffff	/* data, base 0, limit 1 MiB - 1 */
#define FLAT		0x00cf93000000ffff
#define LAST_PDE	2047

static const char *unseen;	/* why this vCPU runs no nested guest, or NULL */
u64 vmxon_pointer;		/* the operand: the address of vmxon_region */
static u32 vmxon_region[1024] __attribute__((aligned(0x1000)));
static u8 bitmap[0x1000] __attribute__((aligned(0x1000)));
extern u64 page_directory[];

/* 32-bit code: VMXON and, if it succeeds, VMXOFF; else #BP. */
#define VMXON_CODE(name, before, operand)		\
	extern const char name[];			\
	asm(".pushsection .text; .code32\n"		\
	    #name ": " before "\n"			\
	    "vmxon " operand "\n"			\
	    "jbe 1f\n"					\
	    "vmxoff\n"					\
	    "ret\n"					\
	    "1: int3\n"					\
	    ".code64; .popsection\n")

VMXON_CODE(plain, "", "vmxon_pointer");
VMXON_CODE(negative_byte, "mov $vmxon_pointer + 8, %eax", "-8(%eax)");
VMXON_CODE(negative, "mov $vmxon_pointer + 0x1000, %ebx", "-0x1000(%ebx)");
VMXON_CODE(negative_stack, "mov $vmxon_pointer + 8, %ebp", "-8(%ebp)");
VMXON_CODE(negative_index, "mov $vmxon_pointer + 0x40, %eax; mov $-16, %ecx", "(%eax,%ecx,4)");
VMXON_CODE(negative_16, "mov $0x6002, %ebx", "-2(%bx)");
VMXON_CODE(wraps, "", "0xfffffffc");
VMXON_CODE(wraps_stack, "mov $0xfffffffc, %ebp", "0(%ebp)");
VMXON_CODE(fs, "mov $0x38, %eax; mov %eax, %fs", "%fs:vmxon_pointer");
VMXON_CODE(fs_wraps, "mov $0x38, %eax; mov %eax, %fs", "%fs:0xfffffffc");

/*
 * Instructions of L2 that exit to L1 if L1 wants so.  With kvm.force_emulation_prefix, KVM emulates
 * an instruction behind this prefix; otherwise the prefix raises #UD.
 */
#define NO_PREFIX	32	/* no vector: the prefix raised #UD */
#define L2_CODE(name, prefix, instruction)					\
	static void name(void)							\
	{									\
		register u64 vector asm(FAULT_REGISTER) = 0;			\
										\
		asm volatile("1: " prefix "\n"					\
			     "3: " instruction "\n"				\
			     "jmp 4f\n"						\
			     "2: mov %2, %0\n"					\
			     "4:\n" FIXUP					\
			     ".pushsection .fixups; .quad 3b, 4b; .popsection"	\
			     : "+r"(vector)					\
			     : "m"(ignored), "i"(NO_PREFIX) : "rax", "memory");	\
		fault = vector;							\
	}
#define NATIVE		"nop"
#define EMULATE		"ud2; .ascii \"kvm\""

static int fault;
static struct descriptor_table ignored;

L2_CODE(native_pause, NATIVE, "pause")
L2_CODE(emulated_pause, EMULATE, "pause")
L2_CODE(native_hlt, NATIVE, "hlt")
L2_CODE(emulated_hlt, EMULATE, "hlt")
L2_CODE(native_sgdt, NATIVE, "sgdt %1")
L2_CODE(emulated_sgdt, EMULATE, "sgdt %1")
L2_CODE(native_in, NATIVE, "inb $0x61, %%al")
L2_CODE(emulated_in, EMULATE, "inb $0x61, %%al")

static const struct {
	const char *name;
	u32 field, control, reason;
	void (*native)(void), (*emulated)(void);
} instructions[] = {
	{ "pause", PROCESSOR_CONTROLS, PAUSE_EXITING, VMX_EXIT_PAUSE, native_pause,
	  emulated_pause },
	{ "hlt", PROCESSOR_CONTROLS, HLT_EXITING, VMX_EXIT_HLT, native_hlt, emulated_hlt },
	{ "in", PROCESSOR_CONTROLS, IO_EXITING, VMX_EXIT_IO, native_in, emulated_in },
	{ "sgdt", SECONDARY_CONTROLS, DESCRIPTOR_EXITING, VMX_EXIT_GDTR_IDTR, native_sgdt,
	  emulated_sgdt },
};

static const char *run_instruction(u32 i, void (*function)(void))
{
	u32 reason;

	if (unseen)
		return unseen;
	vmx_prepare();
	if (!vmwrite_control(instructions[i].field, instructions[i].control, true))
		return UNSEEN_HOST "no such control for L2";
	reason = vmx_run(function);
	note("exit reason 0x%x", reason);
	if (reason == VMX_EXIT_VMCALL && fault == NO_PREFIX)
		return UNSEEN_HOST "KVM emulates no instruction here (kvm.force_emulation_prefix)";
	return reason == instructions[i].reason ? "exits" :
	       reason != VMX_EXIT_VMCALL	? "other-exit" :
	       fault				? fault_name(fault) : "returned";
}

static void observe_instructions(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(instructions); i++) {
		observef("native.%s = %s", instructions[i].name,
			 run_instruction(i, instructions[i].native));
		observef("emulated.%s = %s", instructions[i].name,
			 run_instruction(i, instructions[i].emulated));
	}
}

static const char *try(const char *code, u64 fs)
{
	u32 vector;

	if (unseen)
		return unseen;
	this_cpu()->gdt[FS_INDEX] = fs;
	vector = legacy_call(code);
	return vector ? fault_name(vector) : "done";
}

static void observe_operands(void)
{
	u64 top = page_directory[LAST_PDE];

	SCOPE("operand");
	vmxon_pointer = (u64)vmxon_region;
	if (!unseen) {
		vmxon_region[0] = rdmsr(MSR_VMX_BASIC);
		write_cr4(read_cr4() | X86_CR4_VMXE);
		*LOW = vmxon_pointer;
		*TOP = vmxon_pointer;
		page_directory[LAST_PDE] = page_directory[0];
	}
	observe("plain", try(plain, FLAT));
	observe("negative.byte", try(negative_byte, FLAT));
	observe("negative.doubleword", try(negative, FLAT));
	observe("negative.stack", try(negative_stack, FLAT));
	observe("negative.index", try(negative_index, FLAT));
	observe("negative.16-bit", try(negative_16, FLAT));
	observe("wraps.ds", try(wraps, FLAT));
	observe("wraps.ss", try(wraps_stack, FLAT));
	observe("wraps.fs", try(fs_wraps, FLAT));
	observe("limit.inside", try(fs, FLAT));
	observe("limit.behind", try(fs, LIMITED));
	if (unseen)
		return;
	page_directory[LAST_PDE] = top;
	write_cr3(read_cr3());
	write_cr4(read_cr4() & ~X86_CR4_VMXE);
}

static u64 flags;

/* VMREAD and VMWRITE of a field, with an operand in memory that is not mapped. */
#define ACCESS(name, instruction)						\
	static void name(void)							\
	{									\
		register u64 vector asm(FAULT_REGISTER) = 0;			\
										\
		asm volatile("1: " instruction "\n2: pushf; pop %1\n" FIXUP	\
			     : "+r"(vector), "=r"(flags)			\
			     : "r"((u64)NOWHERE), "r"((u64)GUEST_CR0) : "cc", "memory");	\
		fault = vector;							\
	}
ACCESS(vmread_memory, "vmread %3, (%2)")
ACCESS(vmwrite_memory, "vmwrite (%2), %3")

static const char *access_name(void)
{
	return fault ? fault_name(fault) : flags & X86_EFLAGS_CF ? "fail-invalid" :
	       flags & X86_EFLAGS_ZF ? "fail-valid" : "done";
}

static const char *access_in_l1(void (*function)(void))
{
	if (unseen)
		return unseen;
	function();
	return access_name();
}

static const char *access_in_l2(void (*function)(void))
{
	if (unseen)
		return unseen;
	vmx_prepare();
	vmwrite(VMREAD_BITMAP, (u64)bitmap);
	vmwrite(VMWRITE_BITMAP, (u64)bitmap);
	if (!vmwrite_control(SECONDARY_CONTROLS, VMCS_SHADOWING, true))
		return UNSEEN_HOST "no VMCS shadowing for L2";
	return vmx_run(function) == VMX_EXIT_VMCALL ? access_name() : "other-exit";
}

void guest_main(void)
{
	unseen = vmx_begin();
	observe("no-vmcs.vmread", access_in_l1(vmread_memory));
	observe("no-vmcs.vmwrite", access_in_l1(vmwrite_memory));
	observe("no-link.vmread", access_in_l2(vmread_memory));
	observe("no-link.vmwrite", access_in_l2(vmwrite_memory));
	observe("vmcs.vmread", access_in_l1(vmread_memory));
	observe("vmcs.vmwrite", access_in_l1(vmwrite_memory));
	observe_instructions();
	if (!unseen)
		vmx_end();
	observe_operands();
}
