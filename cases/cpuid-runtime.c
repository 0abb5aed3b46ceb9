// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUID that follows from registers - api.rst 4.20, KVM_SET_CPUID
 *
 * Some of CPUID is no constant (SDM 2A, "CPUID").  OSXSAVE and OSPKE are bits of CR4.  Leaf 0xd
 * says how large an XSAVE area has to be: for the state components in XCR0, and in its compacted
 * form for those in XCR0 and IA32_XSS.  IA32_XSS exists if leaf 0xd, subleaf 1, has XSAVES; no
 * other bit of CPUID matters.
 *
 * KVM intercepts CPUID and returns what the VMM has set, so it has to correct these fields when
 * the guest writes the registers.  The case adds up the components, whose offsets and sizes are
 * constants.
 */
#include "case.h"

CASE("cpuid-runtime", .vcpus = 2);
VARIANT("default");
VARIANT("no-xsave", .cpuid = {{ .leaf = 1, .reg = 2, .clear = 1u << 26 }});
VARIANT("no-xsaves", .cpuid = {{ .leaf = 0xd, .index = 1, .reg = 0, .clear = 1u << 3 }});

#define X86_CR4_PKE		BIT(22)
#define CPUID_1_ECX_OSXSAVE	BIT(27)
#define CPUID_7_ECX_PKU		BIT(3)
#define CPUID_7_ECX_OSPKE	BIT(4)
#define CPUID_D_1_EAX_XSAVEC	BIT(1)
#define CPUID_D_1_EAX_XSAVES	BIT(3)
#define COMPONENT_ALIGNED	BIT(1)	/* ECX of its subleaf: in the compacted form, by 64 bytes */
#define XCR0_FP			1	/* the reset value of XCR0 */
#define XCR0_FP_SSE		3
#define LEGACY_AREA		576	/* x87, SSE, and the header */

static u64 xgetbv(void)
{
	u32 lo, hi;

	asm volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return (u64)hi << 32 | lo;
}

static void xsetbv(u64 value)
{
	asm volatile("xsetbv" :: "c"(0), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

/* Return the size of an XSAVE area in its standard form: where its last component ends. */
static u32 standard_size(u64 components)
{
	u32 size = LEGACY_AREA;

	for (u32 i = 2; i < 63; i++) {
		struct cpuid c = components & BIT(i) ? cpuid(0xd, i) : (struct cpuid) {};

		if (size < c.ebx + c.eax)
			size = c.ebx + c.eax;
	}
	return size;
}

/* Return its size in the compacted form: the components follow each other. */
static u32 compacted_size(u64 components)
{
	u32 size = LEGACY_AREA;

	for (u32 i = 2; i < 63; i++) {
		struct cpuid c = components & BIT(i) ? cpuid(0xd, i) : (struct cpuid) {};

		if (c.ecx & COMPONENT_ALIGNED)
			size = (size + 63) & ~63u;
		size += c.eax;
	}
	return size;
}

static const char *is_right(u64 components, u32 size, u32 want)
{
	note("components 0x%lx: %u bytes in CPUID, %u by sum", components, size, want);
	return size == want ? "right" : "other";
}

static const char *bit_follows(u32 leaf, u32 bit, u64 cr4_bit)
{
	u64 before = read_cr4();
	bool off, on;

	write_cr4(before & ~cr4_bit);
	off = cpuid(leaf, 0).ecx & bit;
	write_cr4(before | cr4_bit);
	on = cpuid(leaf, 0).ecx & bit;
	write_cr4(before);
	return !off && on ? "follows" : off == on ? "constant" : "other";
}

/* Set XCR0 to one set of components after the other. */
static void observe_sizes(void)
{
	u64 cr4 = read_cr4(), before, all = (u64)cpuid(0xd, 0).edx << 32 | cpuid(0xd, 0).eax;
	const u64 sets[] = { XCR0_FP, XCR0_FP_SSE, all };
	bool compacts = cpuid(0xd, 1).eax & (CPUID_D_1_EAX_XSAVEC | CPUID_D_1_EAX_XSAVES);
	struct outcome standard = {}, compacted = {};

	write_cr4(cr4 | X86_CR4_OSXSAVE);
	before = xgetbv();
	for (u32 i = 0; i < ARRAY_SIZE(sets); i++) {
		xsetbv(sets[i]);
		outcome_add(&standard, is_right(sets[i], cpuid(0xd, 0).ebx, standard_size(sets[i])));
		if (compacts)
			outcome_add(&compacted, is_right(sets[i], cpuid(0xd, 1).ebx,
							 compacted_size(sets[i])));
	}
	xsetbv(before);
	write_cr4(cr4);
	observe("standard-size", outcome_name(&standard));
	observe("compacted-size", compacts ? outcome_name(&compacted) :
					     UNSEEN_HOST "this vCPU has neither XSAVEC nor XSAVES");
}

/* Set one component after the other in IA32_XSS. */
static const char *sizes_with_xss(void)
{
	u64 all = (u64)cpuid(0xd, 1).edx << 32 | cpuid(0xd, 1).ecx, before = rdmsr(MSR_IA32_XSS);
	u64 cr4 = read_cr4(), xcr0;
	struct outcome o = {};

	if (!all)
		return UNSEEN_HOST "this vCPU has no component for IA32_XSS";
	write_cr4(cr4 | X86_CR4_OSXSAVE);
	xcr0 = xgetbv();
	write_cr4(cr4);
	for (u32 i = 0; i < 64; i++) {
		if (!(all & BIT(i)))
			continue;
		wrmsr(MSR_IA32_XSS, BIT(i));
		outcome_add(&o, is_right(xcr0 | BIT(i), cpuid(0xd, 1).ebx,
					 compacted_size(xcr0 | BIT(i))));
	}
	wrmsr(MSR_IA32_XSS, before);
	return outcome_name(&o);
}

static void observe_xss(void)
{
	bool exists = cpuid(0, 0).eax >= 0xd && cpuid(0xd, 1).eax & CPUID_D_1_EAX_XSAVES;
	const char *no = UNSEEN_HOST "this vCPU has no XSAVES";
	const char *yes = UNSEEN_HOST "this vCPU has XSAVES";
	u64 value;
	int read = rdmsr_safe(MSR_IA32_XSS, &value), written = wrmsr_safe(MSR_IA32_XSS, value);

	observe("xsaves.rdmsr", exists ? fault_name(read) : no);
	observe("xsaves.wrmsr", exists ? fault_name(written) : no);
	observe("no-xsaves.rdmsr", exists ? yes : fault_name(read));
	observe("no-xsaves.wrmsr", exists ? yes : fault_name(written));
	observe("xss-size", !exists ? no : cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE ? sizes_with_xss() :
			    UNSEEN_HOST "this vCPU has no XSAVE");
}

static void observe_all(void)
{
	const char *no_xsave = UNSEEN_HOST "this vCPU has no XSAVE";
	bool xsave = cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE;

	observe("osxsave", xsave ? bit_follows(1, CPUID_1_ECX_OSXSAVE, X86_CR4_OSXSAVE) : no_xsave);
	observe("ospke", cpuid(7, 0).ecx & CPUID_7_ECX_PKU ?
			 bit_follows(7, CPUID_7_ECX_OSPKE, X86_CR4_PKE) :
			 UNSEEN_HOST "this vCPU has no protection keys");
	if (xsave) {
		observe_sizes();
	} else {
		observe("standard-size", no_xsave);
		observe("compacted-size", no_xsave);
	}
	observe_xss();
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_all);
}
