// SPDX-License-Identifier: GPL-2.0-only
/*
 * CR0.WP=0 with shadow paging - mmu.rst, "Emulating cr0.wp"
 *
 * With CR0.WP=0, CPL0 may write to a read-only page, and CPL3 may still only read it.  KVM's
 * shadow page tables cannot say so: KVM needs CR0.WP=1 in hardware.  So a page that is read-only
 * and for CPL3 has one of two shadow entries: read-only for both, or, once CPL0 has written,
 * writable for CPL0 alone.  Each access that the entry does not allow changes it.
 *
 * In its second form, the page looks like CPL0's own.  But SMEP and SMAP still have to keep CPL0
 * from executing and accessing it, and after CR0.WP is set, CPL0 must not write to it.
 *
 * All of this is what a CPU does, with nested paging as well.  The case goes from one form to the
 * other, with a page of 4 KiB and of 2 MiB.  For SMEP and SMAP, the payload's own pages become
 * CPL0's; so CPL3 can then only try to execute the page under test.
 *
 * If KVM emulates the instruction that writes, here INS, then KVM itself has to compare CR0.WP
 * with the page's rights.  With nested paging, CR0.WP changes without an exit to KVM.
 */
#include "case.h"
#include "memory_type.h"

CASE("cr0-wp", .vcpus = 2);
VARIANT("default");

#define PIC_MASK_PORT		0x21		/* KVM answers an IN there, without its VMM */
#define CPUID_7_EBX_SMEP	BIT(7)
#define CPUID_7_EBX_SMAP	BIT(20)

#define UNDEFINED_INSN		0x0b0f		/* UD2: the page's first bytes */

static volatile u64 *const word = (volatile u64 *)PAGE_BASE + 1;
static u64 written;			/* what *word is */

enum what { READ, WRITE, FETCH, INS };

#define WP	BIT(0)
#define SMEP	BIT(1)
#define SMAP	BIT(2)
#define AC	BIT(3)
#define USER	BIT(4)			/* at CPL3 */

struct access {
	const char *name;
	enum what what;
	u32 with;
};

static const struct access wp[] = {
	{ "wp-0.user-read", READ, USER },
	{ "wp-0.kernel-write", WRITE, 0 },
	{ "wp-0.then.user-read", READ, USER },
	{ "wp-0.then.user-write", WRITE, USER },
	{ "wp-0.again.kernel-write", WRITE, 0 },
	{ "wp-0.again.user-write", WRITE, USER },
	{ "wp-0.again.kernel-read", READ, 0 },
	{ "wp-0.last.kernel-write", WRITE, 0 },
	{ "wp-1.kernel-write", WRITE, WP },
	{ "wp-1.kernel-read", READ, WP },
	{ "wp-1.user-read", READ, WP | USER },
	{ "ins.wp-0", INS, 0 },
	{ "ins.wp-1", INS, WP },
	{ "ins.wp-0-again", INS, 0 },
	{ "ins.wp-1-again", INS, WP },
};

static const struct access smep[] = {
	{ "smep.kernel-write", WRITE, SMEP },
	{ "smep.kernel-fetch", FETCH, SMEP },
	{ "smep.user-fetch", FETCH, SMEP | USER },
	{ "smep.then.kernel-fetch", FETCH, SMEP },
	{ "no-smep.kernel-write", WRITE, 0 },
	{ "no-smep.kernel-fetch", FETCH, 0 },
	{ "no-smep.again.kernel-write", WRITE, 0 },
	{ "smep-later.kernel-fetch", FETCH, SMEP },
};

static const struct access nx[] = {
	{ "nx.kernel-write", WRITE, SMEP },
	{ "nx.user-fetch", FETCH, SMEP | USER },
	{ "nx.kernel-fetch", FETCH, 0 },
};

static const struct access smap[] = {
	{ "no-smap.kernel-write", WRITE, 0 },
	{ "smap.kernel-read", READ, SMAP },
	{ "smap.kernel-write", WRITE, SMAP },
	{ "smap.ac.kernel-write", WRITE, SMAP | AC },
	{ "no-smap.then.kernel-read", READ, 0 },
};

/*
 * Don't write to the page tables between these accesses: KVM would remove the shadow entries
 * of the page.
 */
static const struct sequence {
	const struct access *first, *end;
	u64 payload_user, page_nx;	/* bits of page table entries */
} sequences[] = {
	{ wp, wp + ARRAY_SIZE(wp), PTE_U, 0 },
	{ smep, smep + ARRAY_SIZE(smep), 0, 0 },
	{ nx, nx + ARRAY_SIZE(nx), 0, PTE_NX },
	{ smap, smap + ARRAY_SIZE(smap), 0, 0 },
};

static u64 page_table[512] __attribute__((aligned(4096)));

static void map(bool small, u64 payload_user, u64 page_nx)
{
	u64 entry = PAGE_BASE | PTE_P | PTE_U | PTE_A | PTE_D | page_nx;

	page_table[0] = entry;
	*page_directory_entry(page_under_test) = small ?
		(u64)page_table | PTE_P | PTE_W | PTE_U | PTE_A : entry | PTE_PS;
	for (u64 p = IMAGE_BASE; p < PAGE_BASE; p += PAGE_END - PAGE_BASE) {
		u64 *pde = page_directory_entry((void *)p);

		*pde = (*pde & ~PTE_U) | payload_user;
	}
	write_cr3(read_cr3());
}

struct transfer {
	bool store;
	u64 value;
	int vector;
};

static void transfer(void *context)
{
	struct transfer *t = context;

	t->vector = t->store ? store_safe(word, t->value) : load_safe(word, &t->value);
}

static u64 rsp_before_fetch;
static int fetch_vector;
extern const char fetched[];

static void end_fetch(struct exception *e)
{
	fetch_vector = e->vector;
	e->rip = (u64)fetched;
	e->cs = KERNEL_CS;
	e->ss = KERNEL_DS;
	e->rsp = rsp_before_fetch;
}

/* Go to the page under test by IRETQ; return the vector that ended this. */
static __attribute__((noinline)) int fetch(bool user)
{
	u64 cs = user ? USER_CS : KERNEL_CS, ss = user ? USER_DS : KERNEL_DS;

	set_handler(X86_TRAP_UD, end_fetch);
	set_handler(X86_TRAP_PF, end_fetch);
	asm volatile("mov %%rsp, %0\n\t"
		     "mov %%rsp, %%gs:%c4\n\t"
		     "push %2\n\tpush %0\n\tpushf\n\tpush %1\n\tpush %3\n\t"
		     "iretq\n"
		     "fetched:"
		     : "+m"(rsp_before_fetch)
		     : "r"(cs), "r"(ss), "r"((u64)PAGE_BASE), "i"(CPU_TSS_RSP0) : "memory", "cc");
	set_handler(X86_TRAP_UD, NULL);
	set_handler(X86_TRAP_PF, NULL);
	return fetch_vector;
}

static void set_flags(u64 set, u64 clear)
{
	u64 flags;

	asm volatile("pushf; pop %0" : "=r"(flags));
	flags = (flags & ~clear) | set;
	asm volatile("push %0; popf" :: "r"(flags) : "memory", "cc");
}

/* A byte of a port into the page's last quadword.  Return the vector that INS raised, or 0. */
static int insb(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;
	u64 to = PAGE_BASE + 4096 - sizeof(u64);

	asm volatile("1: insb\n2:\n" FIXUP : "+r"(vector), "+D"(to) : "d"(PIC_MASK_PORT) : "memory");
	return vector;
}

static const char *result_of(const struct access *a)
{
	struct transfer t = { .store = a->what == WRITE, .value = written + 1 };
	int vector;

	if (a->what == FETCH) {
		vector = fetch(a->with & USER);
		return vector == X86_TRAP_UD ? "executed" : fault_name(vector);
	}
	if (a->what == INS) {
		vector = insb();
		return vector ? fault_name(vector) : "done";
	}
	if (a->with & USER)
		user_call(transfer, &t);
	else
		transfer(&t);
	if (t.vector)
		return fault_name(t.vector);
	if (t.store)
		written = t.value;
	return t.value == written ? "done" : "another-value";
}

/* Set what the access is made with, make it, and set CR4 and RFLAGS back. */
static const char *make_access(const struct access *a)
{
	u64 cr4 = read_cr4(), with = cr4;
	const char *result;

	with |= (a->with & SMEP ? X86_CR4_SMEP : 0) | (a->with & SMAP ? X86_CR4_SMAP : 0);
	write_cr0((read_cr0() & ~X86_CR0_WP) | (a->with & WP ? X86_CR0_WP : 0));
	if (with != cr4)
		write_cr4(with);
	set_flags(a->with & AC ? X86_EFLAGS_AC : 0, 0);
	result = result_of(a);
	set_flags(0, X86_EFLAGS_AC);
	if (with != cr4)
		write_cr4(cr4);
	return result;
}

static const char *lacking(u32 with)
{
	u32 features = cpuid(7, 0).ebx;

	if (with & SMEP && !(features & CPUID_7_EBX_SMEP))
		return UNSEEN_HOST "its CPU has no SMEP";
	if (with & SMAP && !(features & CPUID_7_EBX_SMAP))
		return UNSEEN_HOST "its CPU has no SMAP";
	return NULL;
}

static void observe_sequence(const struct sequence *s, bool small)
{
	u64 efer = rdmsr(MSR_EFER);

	wrmsr(MSR_EFER, efer | (s->page_nx ? EFER_NX : 0));
	map(small, s->payload_user, s->page_nx);
	for (const struct access *a = s->first; a < s->end; a++) {
		const char *reason = lacking(a->with);

		observe(a->name, reason ? reason : make_access(a));
	}
	map(small, PTE_U, 0);
	wrmsr(MSR_EFER, efer);
}

static void observe_sequences(const char *size, bool small)
{
	SCOPE(size);
	for (u32 i = 0; i < ARRAY_SIZE(sequences); i++)
		observe_sequence(&sequences[i], small);
}

static void observe_page_sizes(void)
{
	u64 *pde = page_directory_entry(page_under_test), before = *pde, cr0 = read_cr0();

	*(volatile u64 *)PAGE_BASE = UNDEFINED_INSN;
	*word = written;
	observe_sequences("4k", true);
	observe_sequences("2m", false);
	write_cr0(cr0);
	*pde = before;
	write_cr3(read_cr3());
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_page_sizes);
}
