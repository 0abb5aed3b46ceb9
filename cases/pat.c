// SPDX-License-Identifier: GPL-2.0-only
/*
 * IA32_PAT - api.rst, "KVM_X86_QUIRK_IGNORE_GUEST_PAT"
 *
 * The page attribute table gives a memory type to each of the eight
 * combinations of the PAT, PCD and PWT bits of a page table entry.  It has six
 * legal types; a reserved one in any of its eight bytes is #GP.
 *
 * Unlike MTRRs, the PAT may be acted on: by AMD's nested paging always.  That
 * part belongs to the effective types of the MTRR case; here is the register.
 */
#include "case.h"

CASE("pat", .vcpus = 1);
VARIANT("default");

#define PAT_RESET	0x0007040600070406

static u64 filled_with(u64 type)
{
	return type * 0x0101010101010101;
}

void guest_main(void)
{
	static const u8 legal[] = {
		X86_MEMTYPE_UC, X86_MEMTYPE_WC, X86_MEMTYPE_WT,
		X86_MEMTYPE_WP, X86_MEMTYPE_WB, X86_MEMTYPE_UC_MINUS,
	};
	static const u8 reserved[] = { 2, 3, 8, 0xff };

	observef("reset = 0x%lx", rdmsr(MSR_IA32_CR_PAT));
	for (u32 i = 0; i < ARRAY_SIZE(legal); i++) {
		u64 pat = PAT_RESET ^ (PAT_RESET ^ filled_with(legal[i])) >> 32 << 32;

		wrmsr(MSR_IA32_CR_PAT, pat);
		observef("legal.%u = %s", legal[i], kept(rdmsr(MSR_IA32_CR_PAT) == pat));
	}
	wrmsr(MSR_IA32_CR_PAT, PAT_RESET);
	for (u32 i = 0; i < ARRAY_SIZE(reserved); i++) {
		u64 pat = (PAT_RESET & ~(0xfful << 56)) | (u64)reserved[i] << 56;

		observef("reserved.%u = %s", reserved[i],
			 fault_name(wrmsr_safe(MSR_IA32_CR_PAT, pat)));
		wrmsr(MSR_IA32_CR_PAT, PAT_RESET);
	}
}
