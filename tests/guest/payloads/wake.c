// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt that ends a wait arrives between STI and HLT, as if STI had no
 * shadow: an IRETQ to the HLT enables interrupts while an interrupt is pending.
 */
#include "apic.h"
#include "case.h"

CASE("wake", .time_limit_ms = 200);
VARIANT("default");

static void wait_without_shadow(void)
{
	asm volatile("lea	1f(%%rip), %%rax\n"
		     "push	%%rax\n"		/* wait_for_irq() returns there */
		     "mov	%%rsp, %%rcx\n"
		     "mov	%%ss, %%eax\n"
		     "push	%%rax\n"
		     "push	%%rcx\n"
		     "pushfq\n"
		     "orl	%0, (%%rsp)\n"
		     "mov	%%cs, %%eax\n"
		     "push	%%rax\n"
		     "lea	irq_wait(%%rip), %%rax\n"
		     "push	%%rax\n"
		     "iretq\n"
		     "1:"
		     :: "i"((int)X86_EFLAGS_IF) : "rax", "rcx", "memory", "cc");
}

void guest_main(void)
{
	apic_send(APIC_DEST_SELF | APIC_INT_ASSERT | APIC_DM_FIXED | VECTOR_TEST, 0);
	wait_without_shadow();
	observef("interrupts = %u", apic_received(0, VECTOR_TEST));
}
