// SPDX-License-Identifier: GPL-2.0-only
/*
 * IA32_PAT, which decides what the MTRR statement can mean - errata.rst, "MTRRs"
 *
 * The page attribute table gives a memory type to each of the eight
 * combinations of the PAT, PCD and PWT bits of a page table entry.  It has six
 * legal types; a reserved one in any of its eight bytes is #GP.  What a page
 * effectively is follows from its PAT type and its MTRR type, and KVM says
 * that the latter is always WB: so the PAT alone decides - if it is honoured.
 *
 * AMD with nested paging always honours it; Intel with EPT only with
 * KVM_X86_QUIRK_IGNORE_GUEST_PAT disabled; shadow paging never.
 */
#include "case.h"

CASE("pat", .alone = 1, .vcpus = 2);
VARIANT("default");
VARIANT("quirk-disabled", .disable_quirks = KVM_X86_QUIRK_IGNORE_GUEST_PAT);

#define PAT_RESET	0x0007040600070406

static const struct {
	const char *name, *by_ioctl;
	u8 type;
} types[] = {
	{ "uc", "set-msrs.uc", X86_MEMTYPE_UC },
	{ "wc", "set-msrs.wc", X86_MEMTYPE_WC },
	{ "wt", "set-msrs.wt", X86_MEMTYPE_WT },
	{ "wp", "set-msrs.wp", X86_MEMTYPE_WP },
	{ "wb", "set-msrs.wb", X86_MEMTYPE_WB },
	{ "uc-minus", "set-msrs.uc-minus", X86_MEMTYPE_UC_MINUS },
};

static u64 pat_with(u8 type, int entry)
{
	return (PAT_RESET & ~(0xfful << 8 * entry)) | (u64)type << 8 * entry;
}

/* Entry 0 is in use, by every page here: it stays WB. */
static void try_entry(const struct msr_trial *t, struct outcome *legal,
		      struct outcome *reserved, int entry)
{
	static const u8 reserved_types[] = { 2, 3, 8, 0x80, 0xff };

	for (u32 i = entry ? 0 : 4; i < ARRAY_SIZE(types); i++)
		msr_try(t, legal, pat_with(types[i].type, entry));
	for (u32 i = 0; i < ARRAY_SIZE(reserved_types); i++)
		msr_try(t, reserved, pat_with(reserved_types[i], entry));
}

static void observe_each_entry(void)
{
	struct msr_trial t = {};

	msr_begin(&t, MSR_IA32_CR_PAT, PAT_RESET);
	for (int entry = 0; entry < 8; entry++) {
		struct outcome legal = {}, reserved = {};

		try_entry(&t, &legal, &reserved, entry);
		observef("entry%d.legal-types = %s", entry, outcome_name(&legal));
		observef("entry%d.reserved-types = %s", entry, outcome_name(&reserved));
	}
}

static void observe_entries(const char *key, bool by_ioctl)
{
	struct msr_trial t = { .by_ioctl = by_ioctl };
	struct outcome legal = {}, reserved = {};

	msr_begin(&t, MSR_IA32_CR_PAT, PAT_RESET);
	for (int entry = 0; entry < 8; entry++)
		try_entry(&t, &legal, &reserved, entry);
	observef("%s.legal-types = %s", key, outcome_name(&legal));
	observef("%s.reserved-types = %s", key, outcome_name(&reserved));
}

static void observe_entries_there(void *key)
{
	observe_entries(key, false);
}

static void observe_entries_by_ioctl(void *key)
{
	observe_entries(key, true);
}

static void observe_pat(void *key)
{
	observef("%s = 0x%lx", (const char *)key, rdmsr(MSR_IA32_CR_PAT));
}

/* The page under test uses entry 1. */
static void set_pat(void *type)
{
	wrmsr(MSR_IA32_CR_PAT, pat_with((u64)type, 1));
	map_page_under_test(PTE_PWT);
}

static void observe_by_ioctl(const char *key, u8 type)
{
	u64 arg[6] = { 0, MSR_IA32_CR_PAT, pat_with(type, 1) };
	s64 r = host_call(SERVICE_SET_MSR, arg);

	observef("%s.readback = %s", key, r == -ENOSYS ? UNSEEN_GUEST "no host" :
		 kept(rdmsr(MSR_IA32_CR_PAT) == pat_with(type, 1)));
	if (r == -ENOSYS)
		set_pat((void *)(u64)type);
	map_page_under_test(PTE_PWT);
	observe_page((void *)key);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_pat("reset");
	call_on(1, observe_pat, "reset-there");
	observe_each_entry();
	call_on(1, observe_entries_there, "there");
	observe_entries_by_ioctl("set-msrs");
	call_on(1, observe_entries_by_ioctl, "set-msrs-there");

	for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
		set_pat((void *)(u64)types[i].type);
		observe_page((void *)types[i].name);
	}
	observe_type("fresh.uc-minus", fresh_page());
	for (u32 i = 0; i < ARRAY_SIZE(types); i++)
		observe_by_ioctl(types[i].by_ioctl, types[i].type);

	call_on(1, set_pat, (void *)X86_MEMTYPE_UC);
	set_pat((void *)X86_MEMTYPE_WB);
	observe_page("wb-here-uc-there.here");
	call_on(1, observe_page, "wb-here-uc-there.there");

	wrmsr(MSR_IA32_CR_PAT, PAT_RESET);
	map_page_under_test(PTE_PCD | PTE_PWT);
	observe_page("reset-uc");
	map_page_under_test(0);
	observe_page("reset-wb");

	if (start_by_sipi(1, 1))
		call_on(1, observe_pat, "after-init");
	observe_agreement();
}
