// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots of guest memory - api.rst 4.35, KVM_SET_USER_MEMORY_REGION
 *
 * A VM's physical memory is made of slots, which must not overlap, and which a VMM can move but
 * not resize.  A slot that has moved is where the VMM has put it and no longer where it was;
 * there, a load exits to the VMM.  Each address space has slots of its own: if KVM emulates
 * SMM, the second address space is what the guest sees in SMM.
 *
 * The slots map the page under test again, after all other memory.
 */
#include "case.h"
#include "host.h"

CASE("memory-slots", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_SLOT_ZAP_ALL));

#define SLOT		1
#define OTHER_SLOT	2
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

void guest_main(void)
{
	wait_for_cpus(2);
	*(volatile u64 *)PAGE_BASE = VALUE;
	observe("create", set_slot(SLOT, 0, HERE, SIZE));
	observe_refusals();
	observe_move();
	observe_numbers();
}
