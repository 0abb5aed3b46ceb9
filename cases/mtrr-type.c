// SPDX-License-Identifier: GPL-2.0-only
/*
 * MTRRs and the effective memory type - errata.rst, "MTRRs"
 *
 * On a CPU, an MTRR range decides how memory in it is cached: not at all (UC), with write
 * combining (WC), for loads only (WT, WP).  With MTRRs disabled all memory is UC, and two CPUs
 * may have different MTRRs as long as software is careful.
 *
 * In KVM, MTRRs read back as written and have no effect: memory is write-back.  So a page in
 * an uncached range is as fast as ever, whether KVM mapped it before the guest set the range
 * or maps it afterwards.
 */
#include "case.h"
#include "memory_type.h"
#include "msr.h"

CASE("mtrr-type", .alone = 1, .vcpus = 2);
VARIANT("default");

#define RANGE_2M	(0xfffe00000 | MTRR_PHYSMASK_V)		/* 36 bits of address */

static const struct {
	const char *name;
	u8 type;
} types[] = {
	{ "uc", X86_MEMTYPE_UC }, { "wc", X86_MEMTYPE_WC }, { "wt", X86_MEMTYPE_WT },
	{ "wp", X86_MEMTYPE_WP },
};

/* Flush what this CPU has cached with the old types: SDM 3A, 12.11.8, for one CPU. */
static void forget_types(void)
{
	wbinvd();
	write_cr3(read_cr3());
}

/* Give the page under test @type, and all other memory write-back. */
static void set_range(void *type)
{
	wrmsr(MSR_MTRRphysBase(0), PAGE_BASE | (u64)type);
	wrmsr(MSR_MTRRphysMask(0), RANGE_2M);
	wrmsr(MSR_MTRRdefType, MTRR_DEFTYPE_E | X86_MEMTYPE_WB);
	forget_types();
}

static void set_default(u64 deftype)
{
	wrmsr(MSR_MTRRdefType, deftype);
	forget_types();
}

/* Make the fixed ranges, which are the first MiB, uncached. */
static void set_fixed_uc(void)
{
	for (u32 n = 0; n < MTRR_FIXED; n++)
		wrmsr(mtrr_fixed[n], X86_MEMTYPE_UC);
	set_default(MTRR_DEFTYPE_E | MTRR_DEFTYPE_FE | X86_MEMTYPE_WB);
}

static void observe_here(const char *scope)
{
	observe_type(scope, page_under_test);
}

static void observe_fresh(const char *scope)
{
	SCOPE("fresh");
	observe_type(scope, fresh_page());
}

static void observe_fresh_there(void)
{
	observe_type("fresh", fresh_page());
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_here("untouched");
	for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
		set_range((void *)(u64)types[i].type);
		observef("%s.readback = %s", types[i].name,
			 kept(rdmsr(MSR_MTRRphysBase(0)) == (PAGE_BASE | types[i].type)));
		observe_here(types[i].name);
		observe_fresh(types[i].name);
	}
	set_range((void *)X86_MEMTYPE_UC);
	set_default(MTRR_DEFTYPE_E | X86_MEMTYPE_UC);
	observe_here("default-uc");
	wrmsr(MSR_MTRRphysMask(0), 0);
	set_default(0);
	observe_here("disabled");

	set_range((void *)X86_MEMTYPE_UC);
	call_on(1, set_range, (void *)X86_MEMTYPE_WB);
	observe_here("uc-here-wb-there.here");
	on_vcpu(1, "uc-here-wb-there.there", observe_page);
	set_range((void *)X86_MEMTYPE_WB);
	call_on(1, set_range, (void *)X86_MEMTYPE_UC);
	observe_here("wb-here-uc-there.here");
	on_vcpu(1, "wb-here-uc-there.there", observe_page);
	on_vcpu(1, "wb-here-uc-there", observe_fresh_there);
	if (mailbox.host)
		set_fixed_uc();
	observe("fixed-uc.given", given_type((void *)TRAMPOLINE));
	observe_agreement();
}
