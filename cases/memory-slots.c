// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots of guest memory - api.rst 4.35, KVM_SET_USER_MEMORY_REGION
 *
 * A VM's physical memory is made of slots, which must not overlap, and which a VMM can move but
 * not resize.  A slot that has moved is where the VMM has put it and no longer where it was;
 * there, a load exits to the VMM.  Each address space has slots of its own: if KVM emulates
 * SMM, the second address space is what the guest sees in SMM.
 *
 * A deleted slot leaves nothing behind: another slot may take its addresses.  If the guest's
 * page tables are in a slot, then KVM has to read them again from the new one.
 *
 * The slots map the page under test again, after all other memory.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"

CASE("memory-slots", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_SLOT_ZAP_ALL));

#define SLOT		1
#define OTHER_SLOT	2
#define DELETED_SLOT	3
#define NEW_SLOT	4
#define SIZE		0x100000
#define HERE		MEMORY_END
#define THERE		(MEMORY_END + 0x400000)
#define ELSEWHERE	(MEMORY_END + 0x800000)
#define VALUE		0x1122334455667788
#define ADDRESS_SPACE	BIT(16)		/* of a slot's number */

static const char *loaded(u64 gpa)
{
	u64 value = *(volatile u64 *)gpa;

	return vmm_exit().count ? "vmm" : value == VALUE ? "memory" : "wrong";
}

/* What loads return on vCPUs 0 and 1, before and after the slot has moved. */
static struct loads {
	const char *old, *new;
} before[2], after[2];
static volatile u32 loaded_before, moved;

static struct loads load_both(void)
{
	return (struct loads) { loaded(HERE), loaded(THERE) };
}

/* Keep running while the slot moves, so that a stale TLB entry is not flushed by chance. */
static void load_around_move(void *unused)
{
	(void)unused;
	before[1] = load_both();
	loaded_before = 1;
	while (!moved)
		cpu_relax();
	after[1] = load_both();
}

static void observe_loads(const char *when, const struct loads *l)
{
	SCOPE(when);
	observe("here.old", l[0].old);
	observe("here.new", l[0].new);
	observe("there.old", l[1].old);
	observe("there.new", l[1].new);
}

static void observe_move(void)
{
	call_begin(1, load_around_move, NULL);
	before[0] = load_both();
	while (!loaded_before)
		cpu_relax();
	observe("move", set_slot(SLOT, 0, THERE, SIZE));
	moved = 1;
	after[0] = load_both();
	call_end(1);
	observe_loads("before", before);
	observe_loads("moved", after);
}

/* The highest number of a slot that this KVM has, and the next. */
static void observe_numbers(void)
{
	s64 slots = check_extension(KVM_CAP_NR_MEMSLOTS);
	s64 spaces = check_extension(KVM_CAP_MULTI_ADDRESS_SPACE);
	u64 last_space = spaces > 0 ? (spaces - 1) * ADDRESS_SPACE : 0;

	note("%u slots, %u address spaces", (u32)slots, (u32)spaces);
	observe("number.last", set_slot(slots - 1, 0, HERE, SIZE));
	observe("number.next", set_slot(slots, 0, ELSEWHERE, SIZE));
	/* In the first address space, slot 0 has another size. */
	observe("space.last", spaces > 1 ? set_slot(last_space, 0, THERE, SIZE) :
		UNSEEN_HOST "one address space: this KVM does not emulate SMM");
	observe("space.next", set_slot((last_space + ADDRESS_SPACE) | SLOT, 0, ELSEWHERE, SIZE));
}

static void observe_refusals(void)
{
	observe("overlap.same", set_slot(OTHER_SLOT, 0, HERE, SIZE));
	observe("overlap.first-page", set_slot(OTHER_SLOT, 0, HERE - SIZE + 0x1000, SIZE));
	observe("overlap.last-page", set_slot(OTHER_SLOT, 0, HERE + SIZE - 0x1000, SIZE));
	observe("adjacent", set_slot(OTHER_SLOT, 0, HERE + SIZE, SIZE));
	observe("resize.smaller", set_slot(SLOT, 0, HERE, SIZE - 0x1000));
	observe("resize.larger", set_slot(SLOT, 0, HERE, SIZE + 0x1000));
}

/* A new slot begins in, ends in, or contains the addresses of a slot that has been deleted. */
static void observe_reuse(void)
{
	static const struct {
		const char *name;
		u64 gpa, size;
	} reuses[] = {
		{ "same", ELSEWHERE, SIZE }, { "first-half", ELSEWHERE, SIZE / 2 },
		{ "second-half", ELSEWHERE + SIZE / 2, SIZE / 2 },
		{ "across-start", ELSEWHERE - SIZE / 2, SIZE },
		{ "across-end", ELSEWHERE + SIZE / 2, SIZE },
		{ "around", ELSEWHERE - SIZE / 2, 2 * SIZE },
	};

	SCOPE("reuse");
	for (u32 i = 0; i < ARRAY_SIZE(reuses); i++) {
		set_slot(DELETED_SLOT, 0, ELSEWHERE, SIZE);
		set_slot(DELETED_SLOT, 0, ELSEWHERE, 0);
		observe(reuses[i].name, set_slot(NEW_SLOT, 0, reuses[i].gpa, reuses[i].size));
		set_slot(NEW_SLOT, 0, reuses[i].gpa, 0);
	}
}

/* The two page tables in the page under test, and what each maps at MAPPED. */
#define TABLE(n)	((volatile u64 *)(PAGE_BASE + 0x10000ul + (n) * 0x1000))
#define DATA(n)		((volatile u64 *)(PAGE_BASE + 0x20000ul + (n) * 0x1000))
#define MAPPED		(MEMORY_END + 0xc00000)

static const char *table_in_use(void)
{
	u64 value;

	if (load_safe((volatile u64 *)MAPPED, &value))
		return "none";
	return value == VALUE ? "first" : value == VALUE + 1 ? "second" : "wrong";
}

/*
 * Page tables in a slot.  After the slot has been replaced by one that begins a page lower, the
 * second table is where the first was.
 */
static void observe_tables(void)
{
	u64 gpa = ELSEWHERE + 0x10000, *pde = page_directory_entry((volatile void *)MAPPED);
	u64 before = *pde;

	SCOPE("tables");
	for (u32 n = 0; n < 2; n++) {
		*DATA(n) = VALUE + n;
		*TABLE(n) = (u64)DATA(n) | PTE_P | PTE_W | PTE_U | PTE_A | PTE_D;
	}
	set_slot(DELETED_SLOT, 0, ELSEWHERE, SIZE);
	*pde = gpa | PTE_P | PTE_W | PTE_U | PTE_A;
	write_cr3(read_cr3());
	observe("before", table_in_use());
	set_slot(DELETED_SLOT, 0, ELSEWHERE, 0);
	set_slot(NEW_SLOT, 0, ELSEWHERE - 0x1000, SIZE);
	write_cr3(read_cr3());
	observe("replaced", table_in_use());
	*(volatile u64 *)gpa = *TABLE(0);
	write_cr3(read_cr3());
	observe("written", table_in_use());
	set_slot(NEW_SLOT, 0, ELSEWHERE - 0x1000, 0);
	*pde = before;
	write_cr3(read_cr3());
}

void guest_main(void)
{
	wait_for_cpus(2);
	*(volatile u64 *)PAGE_BASE = VALUE;
	observe("create", set_slot(SLOT, 0, HERE, SIZE));
	observe_refusals();
	observe_move();
	observe_reuse();
	on_each_vcpu(observe_tables);
	observe_numbers();
}
