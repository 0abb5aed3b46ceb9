// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that a guest can only read - api.rst 4.35, KVM_MEM_READONLY
 *
 * To a CPU, an address has physical memory or it has none.  A slot with KVM_MEM_READONLY is
 * like a ROM: loads read its memory, stores go to the VMM, which drops them here.  The slot
 * maps the page under test a second time, so that the guest can see whether the memory has
 * changed.
 *
 * A deleted slot is gone, whatever else KVM zaps: with KVM_X86_QUIRK_SLOT_ZAP_ALL, it zaps the
 * SPTEs of all slots; without the quirk, it may zap only those of the deleted slot (api.rst
 * 7.31).
 *
 * The format of KVM's own page tables, which make a store exit, depends on the CPU, and not on
 * the vendor that the guest's CPUID names.
 */
#include "case.h"
#include "host.h"

CASE("readonly-memory", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_SLOT_ZAP_ALL));
VARIANT("unknown-vendor", .cpuid = {{ .leaf = 0, .reg = 3, .clear = ~0u }});

#define SLOT_SIZE	0x200000
#define OFFSET		0x1008
#define BEFORE		0x1122334455667788
#define VALUE		0xaabbccddeeff0011

static volatile u64 *const memory = (u64 *)(PAGE_BASE + OFFSET);
static volatile u64 *const slot = (u64 *)(MEMORY_END + OFFSET);

static void observe_load(void)
{
	u64 value = *slot;
	struct vmm_exit e = vmm_exit();

	observe("load", e.count ? "vmm" : value == *memory ? "memory" : "wrong");
}

static const char *stored(u64 value)
{
	struct vmm_exit e = vmm_exit();

	if (!e.count)
		return *memory == BEFORE ? "lost" : "memory";
	if (*memory != BEFORE)
		return "vmm-and-memory";
	return e.count == 1 && e.reason == KVM_EXIT_MMIO && e.where == (u64)slot &&
	       e.stored == value ? "vmm" : "vmm-wrong";
}

static void store_byte(void) { *(volatile u8 *)slot = (u8)VALUE; }
static void store_word(void) { *(volatile u16 *)slot = (u16)VALUE; }
static void store_long(void) { *(volatile u32 *)slot = (u32)VALUE; }
static void store_quad(void) { *slot = VALUE; }

/* A load and a store in one instruction. */
static void or_one(void)
{
	asm volatile("orq $0x77, %0" : "+m"(*slot));
}

static void xchg(void)
{
	u64 value = VALUE;

	asm volatile("xchgq %0, %1" : "+r"(value), "+m"(*slot));
}

static const struct {
	const char *name;
	void (*store)(void);
	u64 value;
} stores[] = {
	{ "byte", store_byte, (u8)VALUE }, { "word", store_word, (u16)VALUE },
	{ "long", store_long, (u32)VALUE }, { "quad", store_quad, VALUE },
	{ "or", or_one, BEFORE | 0x77 }, { "xchg", xchg, VALUE },
};

static void observe_slot(void)
{
	observe_load();
	for (u32 i = 0; i < ARRAY_SIZE(stores); i++) {
		*memory = BEFORE;
		stores[i].store();
		observe(stores[i].name, stored(stores[i].value));
	}
}

static void store_at_cpl3(void *unused)
{
	(void)unused;
	store_quad();
}

void guest_main(void)
{
	wait_for_cpus(2);
	*memory = BEFORE;
	observe("create", set_slot(1, KVM_MEM_READONLY, MEMORY_END, SLOT_SIZE));
	on_each_vcpu(observe_slot);
	*memory = BEFORE;
	user_call(store_at_cpl3, NULL);
	observe("cpl3.quad", stored(VALUE));
	observe("make-writable", set_slot(1, 0, MEMORY_END, SLOT_SIZE));
	on_vcpu(0, "then", observe_slot);
	observe("delete", set_slot(1, 0, MEMORY_END, 0));
	on_vcpu(0, "deleted", observe_load);
	observe("create-writable", set_slot(1, 0, MEMORY_END, SLOT_SIZE));
	on_vcpu(0, "writable", observe_slot);
	observe("make-readonly", set_slot(1, KVM_MEM_READONLY, MEMORY_END, SLOT_SIZE));
	on_vcpu(0, "still", observe_slot);
}
