// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which pages are written to - api.rst 4.8, 4.35, KVM_MEM_LOG_DIRTY_PAGES
 *
 * A VMM that migrates a guest has to know which pages change meanwhile.  In a slot with
 * KVM_MEM_LOG_DIRTY_PAGES, KVM notices the first write to each page, by write-protecting it, by
 * the dirty bit of its own page tables or by the CPU's page-modification log, and sets a bit;
 * KVM_GET_DIRTY_LOG returns the bits and begins again, or KVM_CLEAR_DIRTY_LOG does so if
 * KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2 is enabled.  A bit that is missing is a page that the
 * guest loses when it migrates.
 *
 * The slot maps the page under test a second time.  Besides the guest, KVM itself writes to
 * guest memory: the wall clock, a field of Hyper-V's VP assist page, and what it emulates.
 */
#include "case.h"
#include "host.h"
#include "hyperv.h"

#define MANUAL(flags)	\
	.enable = {{ "KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2", KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, flags, 1, 0 }}

CASE("dirty-log", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1, HYPERV_IN_CPUID);
VARIANT("default");
VARIANT("manual", MANUAL(KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE));
VARIANT("initially-set", MANUAL(KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE | KVM_DIRTY_LOG_INITIALLY_SET));

#define SLOT		1
#define SLOT_SIZE	0x200000
#define PAGE_SIZE	0x1000
#define PAGES		(SLOT_SIZE / PAGE_SIZE)
#define WORDS		(PAGES / 64)
#define LOG		KVM_MEM_LOG_DIRTY_PAGES
#define ALL		(-1ull)
#define VALUE		0xaabbccddeeff0011
#define PTE_SOFTWARE	BIT(9)			/* which the CPU ignores */

static u64 bitmap[DIRTY_BITMAP_SIZE / sizeof(u64)];

/* The page in the slot, and the same memory in the first slot, which has no log. */
static volatile u64 *in_slot(u32 page)
{
	return (u64 *)(MEMORY_END + (u64)page * PAGE_SIZE);
}

static volatile u64 *in_other_slot(u32 page)
{
	return (u64 *)(PAGE_BASE + (u64)page * PAGE_SIZE);
}

/* Return which pages the log has: "none", "all", "its-own" if just @n from @page, or "others". */
static const char *logged(u32 page, u32 n)
{
	struct kvm_dirty_log log = { .slot = SLOT, .dirty_bitmap = bitmap };
	u64 own[WORDS] = {};
	u32 is_own = 0, full = 0, empty = 0;
	s64 ret = vm_ioctl(KVM_GET_DIRTY_LOG, &log);

	if (ret)
		return host_result(ret);
	for (u32 i = page; i < page + n; i++)
		own[i / 64] |= BIT(i % 64);
	for (u32 i = 0; i < WORDS; i++) {
		is_own += bitmap[i] == own[i];
		full += bitmap[i] == ALL;
		empty += bitmap[i] == 0;
	}
	return empty == WORDS ? "none" : full == WORDS ? "all" : is_own == WORDS ? "its-own" : "others";
}

/* Clear the pages of @mask in each group of 64 pages. */
static const char *clear_pages(u64 first, u32 n, u64 mask)
{
	struct kvm_clear_dirty_log log = {
		.slot = SLOT, .first_page = first, .num_pages = n, .dirty_bitmap = bitmap,
	};

	for (u32 i = 0; i < WORDS; i++)
		bitmap[i] = mask;
	return host_result(vm_ioctl(KVM_CLEAR_DIRTY_LOG, &log));
}

/* Forget all pages, whether KVM_GET_DIRTY_LOG or KVM_CLEAR_DIRTY_LOG does that. */
static void begin_log(void)
{
	logged(0, 0);
	clear_pages(0, PAGES, ALL);
}

static void store(u32 page) { *in_slot(page) = VALUE; }
static void load(u32 page) { (void)*in_slot(page); }
static void store_byte(u32 page) { *(volatile u8 *)in_slot(page) = (u8)VALUE; }
static void store_elsewhere(u32 page) { *in_other_slot(page) = VALUE; }

static void or_one(u32 page)
{
	asm volatile("lock orq $1, %0" : "+m"(*in_slot(page)));
}

/* Into this page and the next. */
static void store_across(u32 page)
{
	*(volatile u64 *)((u64)in_slot(page + 1) - 4) = VALUE;
}

static void store_quad(void *address)
{
	*(volatile u64 *)address = VALUE;
}

static void store_at_cpl3(u32 page)
{
	user_call(store_quad, (void *)in_slot(page));
}

/*
 * The same in a page directory, which the guest uses: KVM emulates a write to it, if it needs to
 * know each change of the guest's page tables.
 */
static void or_one_in_directory(u32 page)
{
	extern u64 pml4[];
	u64 *pdpte = (u64 *)(pml4[0] & ~0xffful) + 4;	/* of the 5th GiB */

	*in_slot(page) = PAGE_BASE | PTE_P | PTE_W | PTE_U | PTE_A | PTE_D | PTE_PS;
	*pdpte = (u64)in_slot(page) | PTE_P | PTE_W | PTE_U | PTE_A;
	*(volatile u64 *)(4ul << 30);
	begin_log();
	asm volatile("lock orq %1, %0" : "+m"(*in_slot(page)) : "er"(PTE_SOFTWARE));
	*pdpte = 0;
	write_cr3(read_cr3());
}

/* KVM emulates this one: the VMM says what to store. */
static void insb(u32 page)
{
	volatile u64 *to = in_slot(page);

	asm volatile("insb" : "+D"(to) : "d"(POST_PORT) : "memory");
}

static void write_wall_clock(u32 page)
{
	wrmsr_safe(MSR_KVM_WALL_CLOCK_NEW, (u64)in_slot(page));
}

static const struct {
	const char *name;
	void (*access)(u32 page);
	u32 page, pages;
} accesses[] = {
	{ "first-page", store, 0, 1 }, { "last-page", store, PAGES - 1, 1 },
	{ "byte", store_byte, 63, 1 }, { "or", or_one, 64, 1 },
	{ "page-directory", or_one_in_directory, 65, 1 }, { "across", store_across, 127, 2 },
	{ "cpl3", store_at_cpl3, 200, 1 }, { "ins", insb, 300, 1 },
	{ "wall-clock", write_wall_clock, 400, 1 }, { "load", load, 500, 1 },
	{ "other-slot", store_elsewhere, 501, 1 },
};

/* KVM clears the first field, and does not write the page again while it is enabled. */
static void observe_assist_page(void)
{
	u32 page = 450;
	u64 enable = (u64)in_slot(page) | HV_MSR_ENABLE;

	if (check_extension(KVM_CAP_HYPERV) <= 0) {
		observe("assist-page", UNSEEN_HOST "no Hyper-V in this KVM");
		return;
	}
	begin_log();
	observe("assist-page", wrmsr_safe(HV_X64_MSR_VP_ASSIST_PAGE, enable) ? "#GP" : logged(page, 1));
	wrmsr_safe(HV_X64_MSR_VP_ASSIST_PAGE, 0);
}

static void observe_accesses(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(accesses); i++) {
		begin_log();
		accesses[i].access(accesses[i].page);
		observe(accesses[i].name, logged(accesses[i].page, accesses[i].pages));
	}
	observe_assist_page();
}

/* One page, through all of its life. */
static void observe_page(void)
{
	u32 page = 100;

	begin_log();
	store(page);
	observe("get", logged(page, 1));
	observe("get-again", logged(page, 1));
	store(page);
	observe("stored-again", logged(page, 1));
	observe("clear", clear_pages(0, PAGES, ALL));
	observe("cleared", logged(page, 1));
	store(page);
	observe("stored-after-clear", logged(page, 1));
}

/* The same for the first @n pages, with a bitmap that ends where the VMM's memory ends. */
static const char *clear_by_last_word(u32 n)
{
	volatile u64 *words = (u64 *)PAGE_END - n / 64;
	struct kvm_clear_dirty_log log = {
		.slot = SLOT, .num_pages = n, .dirty_bitmap = (void *)words,
	};

	for (u32 i = 0; i < n / 64; i++)
		words[i] = ALL;
	return host_result(vm_ioctl(KVM_CLEAR_DIRTY_LOG, &log));
}

/* Clear two of three pages, with refused calls before, which clear none. */
static void observe_clear(void)
{
	begin_log();
	store(36);
	store(100);
	store(101);
	observe("first-page-1", clear_pages(1, 64, ALL));
	observe("63-pages", clear_pages(64, 63, ALL));
	observe("beyond", clear_pages(64, PAGES, ALL));
	observe("36-of-first", clear_pages(0, 64, BIT(36)));
	observe("36-of-second", clear_pages(64, 64, BIT(100 - 64)));
	observe("left", logged(101, 1));
	observe("last-word", clear_by_last_word(64));
	observe("last-words", clear_by_last_word(128));
	observe("left-then", logged(0, 0));
}

/* Change the flags of the slot. */
static void observe_flags(void)
{
	u32 page = 150;

	observe("disable", set_slot(SLOT, 0, MEMORY_END, SLOT_SIZE));
	store(page);
	observe("disabled", *in_other_slot(page) == VALUE ? "memory" : "lost");
	observe("enable", set_slot(SLOT, LOG, MEMORY_END, SLOT_SIZE));
	observe("enabled", logged(0, 0));
	begin_log();
	store(page);
	observe("stored", logged(page, 1));
	store(page + 1);
	begin_log();
	store(page);
	observe("stored-again", logged(page, 1));
}

/* A slot that the guest can only read: its stores go to the VMM. */
static void observe_readonly(void)
{
	u32 page = 160;

	set_slot(SLOT, 0, MEMORY_END, 0);
	*in_other_slot(page) = 0;
	observe("create", set_slot(SLOT, LOG | KVM_MEM_READONLY, MEMORY_END, SLOT_SIZE));
	begin_log();
	store(page);
	observe("store", vmm_exit().count && !*in_other_slot(page) ? "vmm" : "memory");
	observe("logged", logged(page, 1));
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe("create", set_slot(SLOT, LOG, MEMORY_END, SLOT_SIZE));
	observe("created", logged(0, 0));
	on_each_vcpu(observe_accesses);
	on_vcpu(0, "page", observe_page);
	on_vcpu(0, "clear", observe_clear);
	on_vcpu(0, "flags", observe_flags);
	on_vcpu(0, "readonly", observe_readonly);
}
