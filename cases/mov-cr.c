// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values that MOV to CR0, CR4 and CR8 refuses - SDM 2B, MOV to control registers
 *
 * A bit of CR4 is reserved unless CPUID has the feature that it enables: MOV raises #GP, so that
 * an operating system can probe for it.  KVM knows the guest's CPUID and the CPU knows its own.
 * So KVM must intercept a write to each bit that only the CPU would accept, also if it leaves
 * the bits of other features to the guest.
 *
 * In 64-bit mode, nothing may turn off what this mode needs: paging and PAE.  Software first has
 * to enter compatibility mode.
 */
#include "case.h"
#include "host.h"

CASE("mov-cr", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("no-leaf-1", .cpuid = {{ .leaf = 1, .reg = 2, .clear = ~0 }});
VARIANT("no-leaf-7", .cpuid = {{ .leaf = 7, .reg = 1, .clear = ~0 },
			       { .leaf = 7, .reg = 2, .clear = ~0 }});

#define CR4_LA57	BIT(12)
#define CR4_PCIDE	BIT(17)
#define CR3_PCD		BIT(4)
#define CR4_UNUSED	(BIT(15) | BIT(26) | BIT(31))	/* no CPU has them */

/* Bits of CR4, and what of CPUID says that the vCPU has them. */
static const struct bit {
	const char *name;
	u32 bit, leaf, reg, feature;
	bool fatal;			/* CPL0 could no longer use its pages, which are CPL3's */
} bits[] = {
	{ "umip", 11, 7, 2, 2, false },
	{ "vmxe", 13, 1, 2, 5, false },
	{ "smxe", 14, 1, 2, 6, false },
	{ "fsgsbase", 16, 7, 1, 0, false },
	{ "pcide", 17, 1, 2, 17, false },
	{ "osxsave", 18, 1, 2, 26, false },
	{ "smep", 20, 7, 1, 7, true },
	{ "smap", 21, 7, 1, 20, true },
	{ "pke", 22, 7, 2, 3, false },
};

static bool in_cpuid(const struct bit *b)
{
	struct cpuid r = cpuid(b->leaf, 0);

	return (b->reg == 1 ? r.ebx : r.ecx) & BIT(b->feature);
}

static int write_cr8_safe(u64 value)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("1: mov %1, %%cr8\n2:\n" FIXUP : "+r"(vector) : "r"(value) : "memory");
	return vector;
}

/* Write CR4, and restore it. */
static const char *try_cr4(u64 value)
{
	u64 before = read_cr4(), after;
	int vector = write_cr4_safe(value);

	after = read_cr4();
	if (after != before)
		write_cr4(before);
	if (vector)
		return after == before ? fault_name(vector) : "fault-but-changed";
	return after == value ? "set" : "dropped";
}

static const char *result_of(const struct bit *b)
{
	bool has = in_cpuid(b);
	const char *result;

	if (has && b->fatal)
		return UNSEEN_GUEST "CPL0 could no longer use its pages";
	result = try_cr4(read_cr4() | BIT(b->bit));
	if (has)
		return result[0] == 's' ? "as-cpuid" : result;
	return result[0] == '#' ? "as-cpuid" : result;
}

static void observe_reserved(void)
{
	struct outcome cr4 = {}, cr8 = {};

	for (u64 bit = 1; bit; bit <<= 1) {
		if (bit & CR4_UNUSED && outcome_add(&cr4, try_cr4(read_cr4() | bit)))
			note("CR4: %s before 0x%lx", cr4.what, bit);
		if (bit > 0xf)
			outcome_add(&cr8, fault_name(write_cr8_safe(bit)));
	}
	observe("cr4.reserved", outcome_name(&cr4));
	observe("cr8.reserved", outcome_name(&cr8));
}

static void observe_vcpu(void)
{
	u64 cr3 = read_cr3();

	for (u32 i = 0; i < ARRAY_SIZE(bits); i++)
		observef("cr4.%s = %s", bits[i].name, result_of(&bits[i]));
	observe_reserved();
	observe("cr4.la57", try_cr4(read_cr4() ^ CR4_LA57));
	observe("cr4.pae", try_cr4(read_cr4() & ~X86_CR4_PAE));
	write_cr3(cr3 | CR3_PCD);
	observe("cr4.pcide-with-cr3-pcd", try_cr4(read_cr4() | CR4_PCIDE));
	write_cr3(cr3);
}

/* A vCPU that turns paging off does not come back. */
static void observe_paging(void)
{
	u64 cr0 = read_cr0();

	observe("cr0.pe-pg", fault_name(write_cr0_safe(cr0 & ~(X86_CR0_PE | X86_CR0_PG))));
	observe("cr0.pg", fault_name(write_cr0_safe(cr0 & ~X86_CR0_PG)));
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_vcpu);
	on_each_vcpu(observe_paging);
}
