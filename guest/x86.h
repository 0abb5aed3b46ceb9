/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers, bits and instructions, named as in the SDM, the APM and the
 * kernel's asm/msr-index.h and asm/processor-flags.h.
 */
#ifndef GUEST_X86_H
#define GUEST_X86_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

#define BIT(n)			(1ul << (n))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

#define X86_EFLAGS_CF		BIT(0)	/* carry */
#define X86_EFLAGS_ZF		BIT(6)	/* zero */
#define X86_EFLAGS_TF		BIT(8)	/* single step */
#define X86_EFLAGS_IF		BIT(9)	/* interrupts enabled */
#define X86_EFLAGS_RF		BIT(16)	/* no breakpoint at the next instruction */
#define X86_EFLAGS_AC		BIT(18)	/* CPL0 may access user pages in spite of SMAP */

#define X86_CR0_PE		BIT(0)	/* protected mode */
#define X86_CR0_MP		BIT(1)	/* monitor coprocessor */
#define X86_CR0_EM		BIT(2)	/* no x87: its instructions raise #NM */
#define X86_CR0_TS		BIT(3)	/* task switched */
#define X86_CR0_ET		BIT(4)	/* reads as 1 */
#define X86_CR0_NE		BIT(5)	/* x87 errors are #MF, not IRQ 13 */
#define X86_CR0_WP		BIT(16)	/* CPL0 respects read-only pages */
#define X86_CR0_AM		BIT(18)	/* CPL3 may enable alignment checks */
#define X86_CR0_NW		BIT(29)	/* not write-through */
#define X86_CR0_CD		BIT(30)	/* cache disable: no-fill mode */
#define X86_CR0_PG		BIT(31)	/* paging */
#define X86_CR4_DE		BIT(3)	/* I/O breakpoints */
#define X86_CR4_PAE		BIT(5)	/* page-table entries of 8 bytes */
#define X86_CR4_VMXE		BIT(13)	/* VMX instructions */
#define X86_CR4_OSXSAVE		BIT(18)	/* XSAVE, XSETBV */
#define X86_CR4_SMEP		BIT(20)	/* CPL0 executes no user pages */
#define X86_CR4_SMAP		BIT(21)	/* CPL0 accesses no user pages, unless RFLAGS.AC is set */
#define X86_CR4_CET		BIT(23)	/* shadow stacks, ENDBRANCH; needs CR0.WP */

#define MSR_IA32_APICBASE	0x0000001b
#define MSR_IA32_SYSENTER_CS	0x174
#define MSR_IA32_SYSENTER_ESP	0x175
#define MSR_IA32_SYSENTER_EIP	0x176
#define MSR_IA32_MISC_ENABLE	0x1a0
#define MSR_IA32_XSS		0xda0
#define NO_SUCH_MSR		0x4fffffff
#define MISC_ENABLE_MWAIT	BIT(18)
#define MSR_IA32_MPERF		0x000000e7	/* counts in C0, at the TSC's frequency */
#define MSR_IA32_APERF		0x000000e8	/* counts in C0, at the actual frequency */
#define MSR_MTRRcap		0x000000fe
#define MSR_MTRRphysBase(n)	(0x00000200 + 2 * (n))
#define MSR_MTRRphysMask(n)	(0x00000201 + 2 * (n))
#define MSR_MTRRfix64K_00000	0x00000250
#define MSR_MTRRfix16K_80000	0x00000258
#define MSR_MTRRfix16K_A0000	0x00000259
#define MSR_MTRRfix4K_C0000	0x00000268
#define MSR_IA32_CR_PAT		0x00000277
#define MSR_EFER		0xc0000080
#define EFER_SCE		BIT(0)	/* SYSCALL */
#define EFER_LME		BIT(8)	/* long mode, if paging is on */
#define EFER_NX			BIT(11)	/* PTE_NX is not reserved */
#define EFER_SVME		BIT(12)	/* SVM instructions */
#define MSR_MTRRdefType		0x000002ff
#define MSR_GS_BASE		0xc0000101

#define APICBASE_EXTD		BIT(10)	/* x2APIC mode */
#define APICBASE_ENABLE		BIT(11)	/* global enable */

#define MTRR_PHYSMASK_V		BIT(11)	/* range is in use */
#define MTRR_DEFTYPE_FE		BIT(10)	/* fixed ranges enabled */
#define MTRR_DEFTYPE_E		BIT(11)	/* MTRRs enabled */

/* Memory types, the encoding of MTRRs and of IA32_PAT (SDM 3A, table 12-10). */
#define X86_MEMTYPE_UC		0
#define X86_MEMTYPE_WC		1
#define X86_MEMTYPE_WT		4
#define X86_MEMTYPE_WP		5
#define X86_MEMTYPE_WB		6
#define X86_MEMTYPE_UC_MINUS	7	/* IA32_PAT only */

#define PTE_P			BIT(0)	/* present */
#define PTE_W			BIT(1)	/* writable */
#define PTE_U			BIT(2)	/* CPL3 may access it */
#define PTE_A			BIT(5)	/* accessed */
#define PTE_D			BIT(6)	/* dirty */
#define PTE_PS			BIT(7)	/* a page of 2 MiB, in a page directory */
#define PTE_NX			BIT(63)	/* not executable */
#define PTE_PWT			BIT(3)	/* selects a PAT entry: bit 0 */
#define PTE_PCD			BIT(4)	/* selects a PAT entry: bit 1 */

/* Exception vectors. */
#define X86_TRAP_DE		0
#define X86_TRAP_DB		1
#define X86_TRAP_NMI		2
#define X86_TRAP_BP		3
#define X86_TRAP_OF		4
#define X86_TRAP_UD		6
#define X86_TRAP_NM		7
#define X86_TRAP_DF		8
#define X86_TRAP_GP		13
#define X86_TRAP_PF		14
#define X86_TRAP_VC		29

/* The error code of a #PF. */
#define X86_PF_PROT		BIT(0)	/* the page is present */
#define X86_PF_WRITE		BIT(1)
#define X86_PF_USER		BIT(2)	/* at CPL3 */
#define X86_PF_RSVD		BIT(3)	/* a reserved bit is set in a page-table entry */

#define DR6_BS			BIT(14)	/* single step */

#define CPUID_1_ECX_XSAVE	BIT(26)

#define POST_PORT		0x80	/* an OUT there does no harm, and a VMM answers an IN */
#define NR_EXCEPTIONS		32	/* including NMI */

/*
 * A fixup for the instruction at label 1: if it faults, its vector is in R8, which must be
 * zero before, and execution continues at label 2.
 */
#define FAULT_REGISTER		"r8"
#define FIXUP						\
	".pushsection .fixups, \"a\"\n"			\
	".quad 1b, 2b\n"				\
	".popsection\n"

static inline u64 rdmsr(u32 msr)
{
	u32 lo, hi;

	asm volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
	return (u64)hi << 32 | lo;
}

static inline void wrmsr(u32 msr, u64 value)
{
	asm volatile("wrmsr" :: "c"(msr), "a"((u32)value), "d"((u32)(value >> 32))
		     : "memory");
}

/* rdmsr_safe() - RDMSR into *@value; return the vector that it raised, or 0. */
static inline int rdmsr_safe(u32 msr, u64 *value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;
	u32 lo = 0, hi = 0;

	asm volatile("1: rdmsr\n2:\n" FIXUP
		     : "+a"(lo), "+d"(hi), "+r"(vector) : "c"(msr));
	*value = (u64)hi << 32 | lo;
	return vector;
}

/* wrmsr_safe() - WRMSR; return the vector that it raised, or 0. */
static inline int wrmsr_safe(u32 msr, u64 value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: wrmsr\n2:\n" FIXUP : "+r"(vector)
		     : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
	return vector;
}

/*
 * monitor_safe() - MONITOR of the line at @address.  mwait_safe() - MWAIT.
 * Return the vector that it raised, or 0.
 */
static inline int monitor_safe(const void *address)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: monitor\n2:\n" FIXUP
		     : "+r"(vector) : "a"(address), "c"(0), "d"(0) : "memory");
	return vector;
}

static inline int mwait_safe(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: mwait\n2:\n" FIXUP : "+r"(vector) : "a"(0), "c"(0) : "memory");
	return vector;
}

/* rdpid_safe() - RDPID, which reads MSR_TSC_AUX, into *@value; return the vector raised, or 0. */
static inline int rdpid_safe(u64 *value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: rdpid %0\n2:\n" FIXUP : "+r"(*value), "+r"(vector));
	return vector;
}

/* outl_safe() - OUT; return the vector that it raised, or 0. */
static inline int outl_safe(u16 port, u32 value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: outl %1, %w2\n2:\n" FIXUP
		     : "+r"(vector) : "a"(value), "d"(port) : "memory");
	return vector;
}

/* in_byte() - IN of a byte.  @al: what AL has before; KVM may leave it if no device answers. */
static inline u8 in_byte(u16 port, u8 al)
{
	asm volatile("inb %w1, %0" : "+a"(al) : "d"(port) : "memory");
	return al;
}

static inline void out_byte(u16 port, u8 value)
{
	asm volatile("outb %0, %w1" :: "a"(value), "d"(port) : "memory");
}

/* load_safe(), store_safe() - load or store a quadword; return the vector raised, or 0. */
static inline int load_safe(const volatile u64 *p, u64 *value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: mov %2, %1\n2:\n" FIXUP : "+r"(vector), "=&r"(*value) : "m"(*p));
	return vector;
}

static inline int store_safe(volatile u64 *p, u64 value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: mov %2, %1\n2:\n" FIXUP : "+r"(vector), "=m"(*p) : "r"(value));
	return vector;
}

/* read_cr0(), write_cr0() and so on: MOV from and to a control or debug register. */
#define REGISTER(name)							\
	static inline u64 read_##name(void)				\
	{								\
		u64 value;						\
									\
		asm volatile("mov %%" #name ", %0" : "=r"(value) :: "memory");	\
		return value;						\
	}								\
									\
	static inline void write_##name(u64 value)			\
	{								\
		asm volatile("mov %0, %%" #name :: "r"(value) : "memory");	\
	}
REGISTER(cr0)
REGISTER(cr2)
REGISTER(cr3)
REGISTER(cr4)
REGISTER(cr8)
REGISTER(dr0)
REGISTER(dr1)
REGISTER(dr2)
REGISTER(dr3)
REGISTER(dr6)
REGISTER(dr7)
#undef REGISTER

/* write_cr0_safe() - MOV to CR0; return the vector that it raised, or 0. */
static inline int write_cr0_safe(u64 value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: mov %1, %%cr0\n2:\n" FIXUP
		     : "+r"(vector) : "r"(value) : "memory");
	return vector;
}

/* write_cr4_safe() - MOV to CR4; return the vector that it raised, or 0. */
static inline int write_cr4_safe(u64 value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: mov %1, %%cr4\n2:\n" FIXUP
		     : "+r"(vector) : "r"(value) : "memory");
	return vector;
}

/* smsw() - read CR0 by SMSW, which CPL3 may use, too. */
static inline u64 smsw(void)
{
	u64 value;

	asm volatile("smsw %0" : "=r"(value));
	return value;
}

/* lmsw() - set the lowest four bits of CR0; LMSW cannot clear PE. */
static inline void lmsw(u16 value)
{
	asm volatile("lmsw %0" :: "r"(value) : "memory");
}

/* clts() - clear CR0.TS. */
static inline void clts(void)
{
	asm volatile("clts" ::: "memory");
}

struct cpuid {
	u32 eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(u32 leaf, u32 index)
{
	struct cpuid r;

	asm volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
		     : "a"(leaf), "c"(index));
	return r;
}

/* sgdt(), sidt() - the GDTR and the IDTR. */
struct descriptor_table {
	u16 limit;
	u64 base;
} __attribute__((packed));

static inline struct descriptor_table sgdt(void)
{
	struct descriptor_table r;

	asm volatile("sgdt %0" : "=m"(r));
	return r;
}

static inline struct descriptor_table sidt(void)
{
	struct descriptor_table r;

	asm volatile("sidt %0" : "=m"(r));
	return r;
}

static inline void clflush(const volatile void *p)
{
	asm volatile("clflush (%0)" :: "r"(p) : "memory");
}

static inline void invlpg(const volatile void *page)
{
	asm volatile("invlpg (%0)" :: "r"(page) : "memory");
}

static inline void wbinvd(void)
{
	asm volatile("wbinvd" ::: "memory");
}

/* rdtsc() - read the TSC, ordered after earlier and before later instructions. */
static inline u64 rdtsc(void)
{
	u32 lo, hi;

	asm volatile("lfence; rdtsc; lfence" : "=a"(lo), "=d"(hi) :: "memory");
	return (u64)hi << 32 | lo;
}

static inline void pause(void)
{
	asm volatile("pause" ::: "memory");
}

static inline void irq_enable(void)
{
	asm volatile("sti" ::: "memory");
}

static inline void irq_disable(void)
{
	asm volatile("cli" ::: "memory");
}

#endif
