// SPDX-License-Identifier: GPL-2.0-only
/*
 * MTRRs - errata.rst, "MTRRs"
 *
 * A memory type range register tells the CPU how it may cache a range of
 * physical memory: variable ranges are a base and a mask, fixed ranges cover
 * the first MiB, and a default type covers the rest.  The CPU refuses types
 * and bits that are reserved with #GP.
 *
 * KVM keeps what the guest writes, refuses what the CPU refuses and reads it
 * all back, but never acts on it: guest memory stays write-back.  So a page
 * under an enabled uncached range reads back as uncached, and is as fast as
 * ever.
 */
#include "case.h"

CASE("mtrr", .vcpus = 1);
VARIANT("default");

#define RANGE_MASK	(0xfffe00000 | MTRR_PHYSMASK_V)		/* 2 MiB, 36 bits */

static const struct {
	const char *name;
	u32 msr;
	u64 legal, reserved_bits, reserved_type;
} msrs[] = {
	{ "physbase", MSR_MTRRphysBase(0), PAGE_BASE | X86_MEMTYPE_WC, BIT(8), 2 },
	{ "physmask", MSR_MTRRphysMask(0), RANGE_MASK, BIT(0), BIT(63) },
	{ "fix64k", MSR_MTRRfix64K_00000, 0x0605040100060504, 0, 0x02 },
	{ "fix16k", MSR_MTRRfix16K_A0000, 0x0000000000000001, 0, 0x0300 },
	{ "fix4k", MSR_MTRRfix4K_C0000, 0x0505050505050505, 0, 0x07ul << 56 },
	{ "deftype", MSR_MTRRdefType, MTRR_DEFTYPE_E | MTRR_DEFTYPE_FE | X86_MEMTYPE_WB,
	  BIT(8), 2 },
};

static void probe_reserved(const char *name, const char *what, u32 msr, u64 value)
{
	u64 before = rdmsr(msr);

	observef("%s.%s = %s", name, what, fault_name(wrmsr_safe(msr, value)));
	observef("%s.%s.then = %s", name, what, kept(rdmsr(msr) == before));
}

void guest_main(void)
{
	observef("cap.write = %s", fault_name(wrmsr_safe(MSR_MTRRcap, rdmsr(MSR_MTRRcap))));

	for (u32 i = 0; i < ARRAY_SIZE(msrs); i++) {
		u64 old = rdmsr(msrs[i].msr);

		wrmsr(msrs[i].msr, msrs[i].legal);
		observef("%s.readback = %s", msrs[i].name,
			 kept(rdmsr(msrs[i].msr) == msrs[i].legal));
		if (msrs[i].reserved_bits)
			probe_reserved(msrs[i].name, "reserved-bit", msrs[i].msr,
				       msrs[i].legal | msrs[i].reserved_bits);
		probe_reserved(msrs[i].name, "reserved-type", msrs[i].msr,
			       msrs[i].reserved_type);
		wrmsr(msrs[i].msr, old);
	}

	observe("none.effective", memory_type(page_under_test));
	wrmsr(MSR_MTRRphysBase(0), PAGE_BASE | X86_MEMTYPE_UC);
	wrmsr(MSR_MTRRphysMask(0), RANGE_MASK);
	wrmsr(MSR_MTRRdefType, MTRR_DEFTYPE_E | X86_MEMTYPE_WB);
	observe("uc.readback", kept(rdmsr(MSR_MTRRphysBase(0)) ==
				    (PAGE_BASE | X86_MEMTYPE_UC)));
	observe("uc.effective", memory_type(page_under_test));
}
