/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vCPU as the runtime sees it: its stacks, GDT and TSS, its interrupts and
 * exceptions.  Assembly includes the first part.
 */
#ifndef GUEST_CPU_H
#define GUEST_CPU_H

#define NR_VECTORS		64
#define VECTOR_SIZE		16
#define VECTORS_WITH_ERROR_CODE	0x60227d00	/* 8, 10-14, 17, 21, 29, 30 */

#define VECTOR_FENCE		0x20	/* below all others: apic_fence() */
#define VECTOR_WAKE		0x21	/* not VECTOR_FENCE: it would end a fence too early */
#define VECTOR_TIMER		0x22	/* wait_for_change() */
#define VECTOR_TEST		0x30
#define VECTOR_SPURIOUS		0x3f

#define CPU_SELF		0
#define CPU_USER_RETURN_RSP	8
#define CPU_TSS_RSP0		20
#define CPU_USER_STACK_TOP	0x1000
#define CPU_STACK_TOP		0x3000
#define CPU_SIZE		0x3000

#define MAX_STARTS		8	/* starts are counted per vCPU id modulo this */

/* real_mode.S: offsets from TRAMPOLINE, and the values of real_mode_came. */
#define REAL_MODE_IVT		0x400
#define REAL_MODE_STACK		0x800
#define REAL_MODE_CAUGHT	1
#define REAL_MODE_WRONG		2
#define REAL_MODE_NOTHING	3

#ifndef __ASSEMBLER__

#include "x86.h"

struct tss {
	u32 reserved;
	u64 rsp0;
	u8 unused[92];
} __attribute__((packed));

/* Each counter that other vCPUs read has one writer and only grows. */
struct cpu {
	struct cpu *self;		/* at %gs:0 */
	u64 user_return_rsp;
	struct tss tss;
	u8 alignment[8];
	u64 gdt[10];
	u32 index;			/* in creation order; 0 runs guest_main() */
	u32 id;				/* vCPU id: the x2APIC ID */
	volatile u32 ready;		/* how often it has entered serve() */
	void (*call)(void *);		/* see call_on() */
	void *call_argument;
	volatile u32 calls, returns;	/* by call_on(): begun, and done */
	volatile u32 received[NR_VECTORS];	/* written by this vCPU only */
	u32 polls;			/* calls of cpu_relax() */
	u32 excepted;			/* has taken an exception: see mmio() in apic.c */
	u32 x2apic;			/* cached bit of IA32_APIC_BASE, whose RDMSR costs an exit */
	u32 seen[NR_VECTORS];		/* received[] at the last apic_received() */
	u8 user_stack[2548];		/* and the padding up to the next page */
	u8 stack[CPU_STACK_TOP - CPU_USER_STACK_TOP] __attribute__((aligned(0x1000)));
};

_Static_assert(offsetof(struct cpu, tss.rsp0) == CPU_TSS_RSP0, "entry.S");
_Static_assert(offsetof(struct cpu, stack) == CPU_USER_STACK_TOP, "entry.S");
_Static_assert(sizeof(struct cpu) == CPU_SIZE, "entry.S");

extern struct cpu cpus[];

static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	asm volatile("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}

/* The stack after entry through a stub in entry.S. */
struct exception {
	u64 r15, r14, r13, r12, r11, r10, r9, r8;
	u64 rdi, rsi, rbp, rdx, rcx, rbx, rax;
	u64 vector, error;
	u64 rip, cs, rflags, rsp, ss;
};

/*
 * set_handler() - set the handler of one vector, for all vCPUs.  An exception without a
 * handler ends the case unless the fixup table has its RIP; an interrupt is counted.
 */
typedef void (*exception_handler)(struct exception *);
void set_handler(int vector, exception_handler handler);

/* set_gate() - make @vector enter at @handler on all vCPUs; return the previous address. */
u64 set_gate(int vector, u64 handler);

/*
 * wait_for_irq() - enable interrupts, wait for one, and disable them again.
 *
 * STI's interrupt shadow closes the window between STI and HLT, but QEMU's TCG
 * loses the shadow if the vCPU exits there: its VMRUN does not load the VMCB's
 * int_state.  So handle_exception() closes the window, too: an interrupt that is
 * taken right before HLT returns after it.
 */
void wait_for_irq(void);
extern const char irq_wait[], irq_taken[];

/* index_of() - return the index of the ready vCPU with vCPU id @id, or 0 if there is none. */
u32 index_of(u32 id);

/*
 * user_call() - run @function at CPL3 with IOPL 3 and RFLAGS.IF unchanged.  If @function
 * calls injected(), it continues at CPL0 after the exception.  Return with interrupts off.
 */
void user_call(void (*function)(void *), void *argument);

/* Where user_call() leaves CPL3 by #UD, and where the handler of #UD continues at CPL0. */
extern const char user_leave[];
_Noreturn void user_return(void);

/* fault_name() - return the mnemonic of an exception, "#GP", or "none" for 0. */
const char *fault_name(int vector);

/* cd_nw() - return which of the two bits @cr0 has: "none", "NW", "CD", "CD+NW". */
const char *cd_nw(u64 cr0);

#endif
#endif
