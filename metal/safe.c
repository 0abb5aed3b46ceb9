// SPDX-License-Identifier: GPL-2.0-only
#include "metal.h"

struct gate {
	u16 low, selector, flags, middle;
	u32 high, reserved;
};

/*
 * Use an IDT with only #GP for one instruction.  The handler drops the error code,
 * puts the vector into R8 and skips the WRMSR.
 */
int safe_wrmsr(u32 msr, u64 value)
{
	static struct gate idt[X86_TRAP_GP + 1] __attribute__((aligned(16)));
	struct descriptor_table ours = { sizeof(idt) - 1, (u64)idt }, firmwares = sidt();
	register u64 vector asm("r8") = 0;
	u64 handler;
	u16 cs;

	asm("mov %%cs, %0" : "=r"(cs));
	asm("lea safe_wrmsr_gp(%%rip), %0" : "=r"(handler));
	idt[X86_TRAP_GP] = (struct gate) { handler, cs, 0x8e00, handler >> 16, handler >> 32, 0 };
	asm volatile("lidt %0" :: "m"(ours));
	asm volatile("wrmsr\n"
		     "jmp 2f\n"
		     "safe_wrmsr_gp:\n"
		     "	add $8, %%rsp\n"
		     "	addq $2, (%%rsp)\n"	/* the length of WRMSR */
		     "	mov %5, %k0\n"
		     "	iretq\n"
		     "2:\n"
		     : "+r"(vector)
		     : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)),
		       "m"(ours), "i"(X86_TRAP_GP) : "memory");
	asm volatile("lidt %0" :: "m"(firmwares));
	return vector;
}
