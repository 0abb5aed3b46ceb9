// SPDX-License-Identifier: GPL-2.0-only
/*
 * MTRR registers - errata.rst, "MTRRs"
 *
 * A memory type range register tells the CPU how it may cache a range of
 * physical memory: variable ranges are a base and a mask, fixed ranges cover
 * the first MiB in eight bytes a register, and a default type covers the rest.
 * Types and bits that are reserved are refused with #GP (SDM 3A, 12.11).
 *
 * KVM emulates these accesses as the CPU does them.  Every register is written
 * with every legal type and read back, and then with every reserved bit and
 * type: each has to fault, and to change nothing.
 */
#include "case.h"

CASE("mtrr", .vcpus = 1);
VARIANT("default");

static const u8 legal_types[] = {
	X86_MEMTYPE_UC, X86_MEMTYPE_WC, X86_MEMTYPE_WT, X86_MEMTYPE_WP, X86_MEMTYPE_WB,
};
static const u8 reserved_types[] = { 2, 3, 7, 8, 0x80, 0xff };

static const u32 fixed[] = {
	MSR_MTRRfix64K_00000, MSR_MTRRfix16K_80000, MSR_MTRRfix16K_A0000,
	MSR_MTRRfix4K_C0000 + 0, MSR_MTRRfix4K_C0000 + 1, MSR_MTRRfix4K_C0000 + 2,
	MSR_MTRRfix4K_C0000 + 3, MSR_MTRRfix4K_C0000 + 4, MSR_MTRRfix4K_C0000 + 5,
	MSR_MTRRfix4K_C0000 + 6, MSR_MTRRfix4K_C0000 + 7,
};

#define VARIABLE_RANGES	8
#define EVERY_BYTE	0x0101010101010101

/* Bits 8 to 11, and those above the guest's physical addresses. */
static bool is_reserved_in_base(int bit, int width)
{
	return (bit >= 8 && bit < 12) || bit >= width;
}

/* Bits 0 to 10 (11 is V), and those above the guest's physical addresses. */
static bool is_reserved_in_mask(int bit, int width)
{
	return bit < 11 || bit >= width;
}

/* FE and E are bits 10 and 11. */
static bool is_reserved_in_deftype(int bit, int width)
{
	(void)width;
	return (bit >= 8 && bit < 10) || bit >= 12;
}

static void observe_bits(const char *name, u32 n, u32 msr, bool (*is_reserved)(int, int))
{
	struct msr_writes writes = { .msr = msr };
	int width = cpuid(0x80000008, 0).eax & 0xff;

	for (int bit = 0; bit < 64; bit++) {
		if (is_reserved(bit, width))
			msr_try(&writes, BIT(bit));
	}
	observef("%s%u.reserved-bits = %s", name, n, msr_outcome(&writes));
}

/* A type is the lowest byte; in a fixed range's register each of the eight. */
static void observe_types(const char *name, u32 n, u32 msr, u64 other_bits, bool is_fixed)
{
	struct msr_writes legal = { .msr = msr }, reserved = { .msr = msr };

	for (u32 i = 0; i < ARRAY_SIZE(legal_types); i++)
		msr_try(&legal, other_bits | legal_types[i] * (is_fixed ? EVERY_BYTE : 1));
	for (u32 i = 0; i < ARRAY_SIZE(reserved_types); i++) {
		for (int byte = 0; byte < (is_fixed ? 8 : 1); byte++)
			msr_try(&reserved, other_bits | (u64)reserved_types[i] << (8 * byte));
	}
	observef("%s%u.legal-types = %s", name, n, msr_outcome(&legal));
	observef("%s%u.reserved-types = %s", name, n, msr_outcome(&reserved));
}

static void observe_mask(u32 n)
{
	struct msr_writes writes = { .msr = MSR_MTRRphysMask(n) };

	msr_try(&writes, 0x0ffffffff000 & (BIT(cpuid(0x80000008, 0).eax & 0xff) - 1));
	msr_try(&writes, PAGE_BASE | MTRR_PHYSMASK_V);
	observef("mask%u.legal = %s", n, msr_outcome(&writes));
}

static const char *access(u32 msr)
{
	u64 value;

	return fault_name(rdmsr_safe(msr, &value));
}

void guest_main(void)
{
	u64 cap = rdmsr(MSR_MTRRcap);

	observef("cap.ranges = %lu", cap & 0xff);
	observef("cap.fixed = %lu", cap >> 8 & 1);
	observef("cap.wc = %lu", cap >> 10 & 1);
	observe("cap.write", fault_name(wrmsr_safe(MSR_MTRRcap, cap)));
	observe("range-beyond.read", access(MSR_MTRRphysBase(VARIABLE_RANGES)));

	for (u32 n = 0; n < VARIABLE_RANGES; n++) {
		observe_types("base", n, MSR_MTRRphysBase(n), PAGE_BASE, false);
		observe_bits("base", n, MSR_MTRRphysBase(n), is_reserved_in_base);
		observe_mask(n);
		observe_bits("mask", n, MSR_MTRRphysMask(n), is_reserved_in_mask);
	}
	for (u32 n = 0; n < ARRAY_SIZE(fixed); n++)
		observe_types("fixed", n, fixed[n], 0, true);
	observe_types("deftype", 0, MSR_MTRRdefType, MTRR_DEFTYPE_E | MTRR_DEFTYPE_FE, false);
	observe_bits("deftype", 0, MSR_MTRRdefType, is_reserved_in_deftype);
}
