// SPDX-License-Identifier: GPL-2.0-only
/*
 * MTRR registers - errata.rst, "MTRRs"
 *
 * A memory type range register tells the CPU how it may cache a range of physical memory: a
 * variable range is a base and a mask, the fixed ranges cover the first MiB with eight
 * one-byte types per register, and a default type covers the rest.  A reserved type or a
 * reserved bit raises #GP (SDM 3A, 12.11).
 *
 * KVM emulates these accesses as a CPU does them.  The case writes every legal type to every
 * register and reads it back.  Then it writes reserved types and reserved bits, alone and
 * together with legal ones; together, the registers cover every reserved bit.  Each such write
 * has to fault and to leave the register unchanged.  A VMM writes the registers with
 * KVM_SET_MSRS, under the same rules.
 */
#include "case.h"
#include "host.h"
#include "msr.h"

CASE("mtrr", .vcpus = 2, .time_limit_ms = 10000);
VARIANT("default");

static const u8 reserved_types[] = { 2, 3, 7, 8, 0x80, 0xff };

#define EVERY_BYTE	0x0101010101010101
#define ALL_WB		(X86_MEMTYPE_WB * EVERY_BYTE)

/* The outcomes of one register, or of all of them. */
struct outcomes {
	struct outcome legal, reserved_types, reserved_bits;
};

static void try_reserved_type(const struct msr_trial *t, struct outcomes *o, u64 value, u32 byte,
			      u32 type)
{
	msr_try(t, &o->reserved_types, (value & ~(0xfful << 8 * byte)) |
		(u64)reserved_types[type % ARRAY_SIZE(reserved_types)] << 8 * byte);
}

/* Try types in the lowest byte. */
static void try_types(const struct msr_trial *t, struct outcomes *o, u64 value)
{
	for (u32 i = 0; i < MTRR_TYPES; i++)
		msr_try(t, &o->legal, (value & ~0xfful) | mtrr_types[i]);
	for (u32 i = 0; i < ARRAY_SIZE(reserved_types); i++)
		try_reserved_type(t, o, value, 0, i);
}

/*
 * Try every @step-th bit from @first on that is not in @legal: alone, and together with @value.
 * Also try two patterns of the bits in @legal.
 */
static void try_bits(const struct msr_trial *t, struct outcomes *o, u64 value, u64 legal,
		     u32 first, u32 step)
{
	msr_try(t, &o->legal, value ^ (legal & 0x5555555555555500));
	msr_try(t, &o->legal, value ^ (legal & 0xaaaaaaaaaaaaaa00));
	for (u32 bit = first; bit < 64; bit += step) {
		if (legal & BIT(bit))
			continue;
		msr_try(t, &o->reserved_bits, BIT(bit));
		msr_try(t, &o->reserved_bits, value | BIT(bit));
	}
}

static void try_base(struct msr_trial *t, struct outcomes *o, u32 n)
{
	const u64 value = PAGE_BASE | X86_MEMTYPE_WT;

	msr_begin(t, MSR_MTRRphysBase(n), value);
	try_types(t, o, value);
	try_bits(t, o, value, addresses() | 0xff, n % 2, 2);
	msr_end(t);
}

static void try_mask(struct msr_trial *t, struct outcomes *o, u32 n)
{
	msr_begin(t, MSR_MTRRphysMask(n), PAGE_BASE);
	msr_try(t, &o->legal, addresses());
	try_bits(t, o, PAGE_BASE | MTRR_PHYSMASK_V, addresses() | MTRR_PHYSMASK_V, n % 2, 2);
	msr_end(t);
}

static void try_fixed(struct msr_trial *t, struct outcomes *o, u32 n)
{
	msr_begin(t, mtrr_fixed[n], ALL_WB);
	for (u32 first = 0; first < MTRR_TYPES; first++)
		msr_try(t, &o->legal, mtrr_types_from(first));
	/* Try two reserved types in each byte; which two depends on byte and register. */
	for (u32 byte = 0; byte < 8; byte++) {
		try_reserved_type(t, o, ALL_WB, byte, byte + n);
		try_reserved_type(t, o, ALL_WB, byte, byte + n + 3);
	}
	msr_end(t);
}

static void try_deftype(struct msr_trial *t, struct outcomes *o)
{
	const u64 flags = MTRR_DEFTYPE_E | MTRR_DEFTYPE_FE;

	msr_begin(t, MSR_MTRRdefType, MTRR_DEFTYPE_E | X86_MEMTYPE_WB);
	try_types(t, o, flags | X86_MEMTYPE_WB);
	try_bits(t, o, flags | X86_MEMTYPE_WB, flags | 0xff, 0, 1);
	msr_end(t);
}

static void observe_outcomes(const struct outcomes *o)
{
	observe("legal-types", outcome_name(&o->legal));
	observe("reserved-types", outcome_name(&o->reserved_types));
	observe("reserved-bits", outcome_name(&o->reserved_bits));
}

/* Observe each register separately. */
static void observe_each(void)
{
	struct outcomes deftype = {};
	struct msr_trial t = {};

	for (u32 n = 0; n < MTRR_VARIABLE; n++) {
		struct outcomes base = {}, mask = {};

		try_base(&t, &base, n);
		observef("base%u.legal-types = %s", n, outcome_name(&base.legal));
		observef("base%u.reserved-types = %s", n, outcome_name(&base.reserved_types));
		observef("base%u.reserved-bits = %s", n, outcome_name(&base.reserved_bits));
		try_mask(&t, &mask, n);
		observef("mask%u.legal = %s", n, outcome_name(&mask.legal));
		observef("mask%u.reserved-bits = %s", n, outcome_name(&mask.reserved_bits));
	}
	for (u32 n = 0; n < MTRR_FIXED; n++) {
		struct outcomes o = {};

		try_fixed(&t, &o, n);
		observef("fixed%u.legal-types = %s", n, outcome_name(&o.legal));
		observef("fixed%u.reserved-types = %s", n, outcome_name(&o.reserved_types));
	}
	try_deftype(&t, &deftype);
	SCOPE("deftype0");
	observe_outcomes(&deftype);
}

/* Observe every @step-th register, all together: they have to behave the same. */
static void observe_together(bool by_ioctl, u32 step)
{
	struct msr_trial t = { .by_ioctl = by_ioctl };
	struct outcomes o = {};

	for (u32 n = 0; n < MTRR_VARIABLE; n += step) {
		try_base(&t, &o, n);
		try_mask(&t, &o, n);
	}
	for (u32 n = 0; n < MTRR_FIXED; n += step)
		try_fixed(&t, &o, n);
	try_deftype(&t, &o);
	observe_outcomes(&o);
}

static void observe_capabilities(void)
{
	u64 cap = rdmsr(MSR_MTRRcap), value;

	observef("cap.ranges = %lu", cap & 0xff);
	observef("cap.fixed = %lu", cap >> 8 & 1);
	observef("cap.wc = %lu", cap >> 10 & 1);
	observef("cap.reserved = 0x%lx", cap & ~0xdfful);
	observe("cap.write", fault_name(wrmsr_safe(MSR_MTRRcap, cap)));
	observe("range-beyond.read",
		fault_name(rdmsr_safe(MSR_MTRRphysBase(MTRR_VARIABLE), &value)));
}

static void observe_some(void)
{
	observe_together(false, 5);
}

static void observe_by_ioctl(void)
{
	observe_together(true, 5);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_capabilities();
	observe_each();
	on_vcpu(1, "there", observe_some);
	on_vcpu(0, "set-msrs", observe_by_ioctl);
	on_vcpu(1, "set-msrs-there", observe_by_ioctl);
	/* Now with MTRRs enabled; on bare metal this would change the types of memory in use. */
	if (!mailbox.host)
		return;
	wrmsr(MSR_MTRRdefType, MTRR_DEFTYPE_E | MTRR_DEFTYPE_FE | X86_MEMTYPE_WB);
	on_vcpu(0, "enabled", observe_some);
}
