// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading DS, ES and FS with a selector that is not in memory - SDM 3A, 5.6
 *
 * MOV from memory, and POP, load a data segment register only if the descriptor's DPL is not less
 * than the CPL and not less than the RPL of the selector.  The RPL is there for an operating
 * system that uses a pointer of its caller: with the caller's RPL, it cannot read what the caller
 * could not.  So either of the two is enough to raise #GP.  A conforming code segment is exempt:
 * any privilege level may read it.
 *
 * KVM makes these checks itself if the selector comes from the VMM.  The bytes of the VMM's
 * answer are a selector of the LDT, with RPL 1; the LDT here has the descriptor that it names.
 */
#include "case.h"
#include "host.h"

CASE("segment-load", .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");

#define SELECTOR	0xa5a5			/* two times VMM_ANSWERS: LDT, RPL 1 */
#define LDT		PAGE_BASE
#define MEMORY		(PAGE_BASE + 0x20000)	/* an operand in memory, after the LDT */
#define LDT_SELECTOR	0x50			/* after the other descriptors */

/* Bits of a descriptor (SDM 3A, 3.4.5), here of 4 GiB at 0. */
#define DESCRIPTOR	0x00cf10000000ffff	/* G, D/B, S */
#define DESC_ACCESSED	BIT(40)
#define DESC_WRITABLE	BIT(41)			/* of data; of code: readable */
#define DESC_CONFORMING	BIT(42)			/* of code */
#define DESC_CODE	BIT(43)
#define DESC_S		BIT(44)			/* not a system segment */
#define DESC_DPL(n)	((u64)(n) << 45)
#define DESC_P		BIT(47)
#define DESC_LDT	BIT(41)			/* type 2, if not DESC_S */

static const struct {
	const char *name;
	u64 bits;
} types[] = {
	{ "data", DESC_P | DESC_WRITABLE },
	{ "code", DESC_P | DESC_CODE | DESC_WRITABLE },
	{ "conforming", DESC_P | DESC_CODE | DESC_CONFORMING | DESC_WRITABLE },
	{ "execute-only", DESC_P | DESC_CODE },
	{ "absent", DESC_WRITABLE },
};

struct load {
	u64 from, vector;
	u16 selector;			/* in the register, after the load */
};

/* Load a segment register by @text, with the operand at RDI, and then the null selector. */
#define LOAD(name, segment, text)								\
	static void name(void *context)								\
	{											\
		struct load *l = context;							\
		register u64 vector asm(FAULT_REGISTER) = 0;					\
												\
		asm volatile("mov %%rsp, %%r10\n\t"						\
			     "mov %2, %%" #segment "\n"						\
			     text "\n"								\
			     "2:	mov %%r10, %%rsp\n\t"					\
			     "mov %%" #segment ", %1\n\t"					\
			     "mov %2, %%" #segment "\n" FIXUP					\
			     : "+r"(vector), "=&r"(l->selector) : "r"(0), "D"(l->from)		\
			     : "rax", "r10", "memory");						\
		l->vector = vector;								\
	}
LOAD(mov_ds, ds, "1: movw (%%rdi), %%ds")
LOAD(mov_es, es, "1: movw (%%rdi), %%es")
LOAD(mov_fs, fs, "1: movw (%%rdi), %%fs")
LOAD(pop_fs, fs, "mov %%rdi, %%rsp\n1: popq %%fs")

static void (*const loads[])(void *) = { mov_ds, mov_es, mov_fs, pop_fs };

static const char *loaded(u64 from, bool user)
{
	struct outcome o = {};

	for (u32 i = 0; i < ARRAY_SIZE(loads); i++) {
		struct load l = { .from = from };

		rdmsr(MSR_IA32_APICBASE);	/* after an exception: see mmio() in guest/apic.c */
		if (user)
			user_call(loads[i], &l);
		else
			loads[i](&l);
		outcome_add(&o, l.vector ? fault_name(l.vector) :
			    l.selector == SELECTOR ? "loaded" : "another-selector");
	}
	return outcome_name(&o);
}

static void observe_from(const char *where, u64 from)
{
	SCOPE(where);
	for (u32 type = 0; type < ARRAY_SIZE(types); type++) {
		SCOPE(types[type].name);
		for (u32 dpl = 0; dpl < 4; dpl++) {
			*(volatile u64 *)(LDT + (SELECTOR & ~7)) =
				DESCRIPTOR | DESC_ACCESSED | DESC_DPL(dpl) | types[type].bits;
			observef("dpl-%u.cpl-0 = %s", dpl, loaded(from, false));
			observef("dpl-%u.cpl-3 = %s", dpl, loaded(from, true));
		}
	}
}

/* A GDT with a descriptor of the LDT after those of the runtime. */
static void load_ldt(u64 *gdt)
{
	struct descriptor_table before = sgdt(), with = { 12 * sizeof(u64) - 1, (u64)gdt };

	for (u32 i = 0; i < LDT_SELECTOR / sizeof(u64); i++)
		gdt[i] = ((u64 *)before.base)[i];
	gdt[LDT_SELECTOR / 8] = 0xffff | (u64)(LDT & 0xffffff) << 16 | DESC_LDT | DESC_P |
				(u64)(LDT >> 24) << 56;
	gdt[LDT_SELECTOR / 8 + 1] = 0;
	asm volatile("lgdt %0" :: "m"(with));
	asm volatile("lldt %w0" :: "r"(LDT_SELECTOR) : "memory");
}

void guest_main(void)
{
	u64 gdt[12];

	load_ldt(gdt);
	*(volatile u64 *)MEMORY = SELECTOR;
	observe_from("memory", MEMORY);
	observe_from("vmm", MEMORY_END);
}
