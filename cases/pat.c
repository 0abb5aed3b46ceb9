// SPDX-License-Identifier: GPL-2.0-only
/*
 * IA32_PAT and the effective memory type - errata.rst, "MTRRs"
 *
 * The page attribute table has a memory type for each of the eight combinations of the PAT,
 * PCD and PWT bits of a page table entry.  There are six legal types; a reserved type in any
 * of the eight bytes raises #GP.  The effective type of a page follows from its PAT type and
 * its MTRR type, and KVM says that the latter is always WB.  So the PAT alone decides, if KVM
 * honours it; what the statement about MTRRs means depends on this.
 *
 * AMD with nested paging always honours the PAT; Intel with EPT honours it only with
 * KVM_X86_QUIRK_IGNORE_GUEST_PAT disabled; shadow paging never honours it.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"
#include "msr.h"
#include "sipi.h"

CASE("pat", .alone = 1, .vcpus = 2);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_IGNORE_GUEST_PAT));

#define PAT_RESET	0x0007040600070406

static const struct {
	const char *name;
	u8 type;
} types[] = {
	{ "uc", X86_MEMTYPE_UC }, { "wc", X86_MEMTYPE_WC }, { "wt", X86_MEMTYPE_WT },
	{ "wp", X86_MEMTYPE_WP }, { "wb", X86_MEMTYPE_WB }, { "uc-minus", X86_MEMTYPE_UC_MINUS },
};

static u64 pat_with(u8 type, int entry)
{
	return (PAT_RESET & ~(0xfful << 8 * entry)) | (u64)type << 8 * entry;
}

/* Every page here uses entry 0: of the legal types, try only WB and UC- there. */
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

static void observe_entries(bool by_ioctl)
{
	struct msr_trial t = { .by_ioctl = by_ioctl };
	struct outcome legal = {}, reserved = {};

	msr_begin(&t, MSR_IA32_CR_PAT, PAT_RESET);
	for (int entry = 0; entry < 8; entry++)
		try_entry(&t, &legal, &reserved, entry);
	observe("legal-types", outcome_name(&legal));
	observe("reserved-types", outcome_name(&reserved));
}

static void observe_entries_by_wrmsr(void)
{
	observe_entries(false);
}

static void observe_entries_by_ioctl(void)
{
	observe_entries(true);
}

static void load_pat(void *pat)
{
	*(u64 *)pat = rdmsr(MSR_IA32_CR_PAT);
}

static void observe_pat(const char *key, u32 index)
{
	u64 pat;

	call_on(index, load_pat, &pat);
	observef("%s = 0x%lx", key, pat);
}

static void observe_here(const char *scope)
{
	observe_type(scope, page_under_test);
}

/* Set entry 1 of the PAT to @type, and make the page under test use entry 1. */
static void set_pat(void *type)
{
	wrmsr(MSR_IA32_CR_PAT, pat_with((u64)type, 1));
	map_page_under_test(PTE_PWT);
}

static void observe_by_ioctl(const char *key, u8 type)
{
	s64 r = set_msr(0, MSR_IA32_CR_PAT, pat_with(type, 1));

	SCOPE("set-msrs");
	observef("%s.readback = %s", key, r == -ENOSYS ? UNSEEN_GUEST "no host" :
		 kept(rdmsr(MSR_IA32_CR_PAT) == pat_with(type, 1)));
	if (r == -ENOSYS)
		set_pat((void *)(u64)type);
	map_page_under_test(PTE_PWT);
	observe_here(key);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_pat("reset", 0);
	observe_pat("reset-there", 1);
	observe_each_entry();
	on_vcpu(1, "there", observe_entries_by_wrmsr);
	on_vcpu(0, "set-msrs", observe_entries_by_ioctl);
	on_vcpu(1, "set-msrs-there", observe_entries_by_ioctl);

	for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
		set_pat((void *)(u64)types[i].type);
		observe_here(types[i].name);
	}
	observe_type("fresh.uc-minus", fresh_page());
	for (u32 i = 0; i < ARRAY_SIZE(types); i++)
		observe_by_ioctl(types[i].name, types[i].type);

	call_on(1, set_pat, (void *)X86_MEMTYPE_UC);
	set_pat((void *)X86_MEMTYPE_WB);
	observe_here("wb-here-uc-there.here");
	on_vcpu(1, "wb-here-uc-there.there", observe_page);

	wrmsr(MSR_IA32_CR_PAT, PAT_RESET);
	map_page_under_test(PTE_PCD | PTE_PWT);
	observe_here("reset-uc");
	map_page_under_test(0);
	observe_here("reset-wb");

	if (start_by_sipi(1, 1))
		observe_pat("after-init", 1);
	observe_agreement();
}
