// SPDX-License-Identifier: GPL-2.0-only
/*
 * GIF=0 and hardware breakpoints - errata.rst, "Nested virtualization features"
 *
 * AMD's global interrupt flag, cleared by CLGI, holds back interrupts, NMIs and
 * more; a #DB of a breakpoint register is not held back but discarded (APM 2,
 * table 15-10).  The CPU leaves that to the hypervisor for a guest's GIF, and
 * KVM does not do it: a guest that is a hypervisor gets its #DB with GIF=0.
 */
#include "case.h"

CASE("svm-gif", .vcpus = 1);
VARIANT("default");

#define CPUID_SVM	BIT(2)		/* 0x80000001 ECX */
#define DR7_L0		BIT(0)		/* DR0: local, on execution */
#define RFLAGS_RF	BIT(16)		/* no breakpoint on the next instruction */

static u32 debug_exceptions;

static void count_debug(struct exception *e)
{
	debug_exceptions++;
	e->rflags |= RFLAGS_RF;
}

static const char *run_into_breakpoint(void)
{
	debug_exceptions = 0;
	asm volatile("lea 1f(%%rip), %%rax\n"
		     "mov %%rax, %%dr0\n"
		     "mov %0, %%dr7\n"
		     "1: nop\n" :: "r"(DR7_L0) : "rax", "memory");
	asm volatile("mov %0, %%dr7" :: "r"(0x400ul) : "memory");
	return debug_exceptions ? "delivered" : "discarded";
}

/* CLGI; returns the vector that it raised, or 0. */
static int clgi(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: .byte 0x0f, 0x01, 0xdd\n2:\n" FIXUP : "+r"(vector) :: "memory");
	return vector;
}

static void stgi(void)
{
	asm volatile(".byte 0x0f, 0x01, 0xdc" ::: "memory");
}

void guest_main(void)
{
	const char *gif_0 = UNSEEN_HOST "no SVM in guest CPUID (kvm_amd.nested)";

	set_handler(X86_TRAP_DB, count_debug);
	observe("gif-1.db", run_into_breakpoint());
	if (cpuid(0x80000001, 0).ecx & CPUID_SVM) {
		wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
		if (clgi()) {
			gif_0 = UNSEEN_HOST "CLGI faults";
		} else {
			gif_0 = run_into_breakpoint();
			stgi();
		}
	}
	observe("gif-0.db", gif_0);
}
