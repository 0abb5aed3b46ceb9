// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which registers an APIC has, and which bits - SDM 3A, "Extended XAPIC (x2APIC)"
 *
 * In x2APIC mode, each register of the APIC is an MSR from 0x800 on; a table of the SDM lists
 * them, with what software may do.  Each other MSR up to 0x8ff is reserved: RDMSR and WRMSR of it
 * raise #GP, as does RDMSR of a write-only register, WRMSR of a read-only one, and WRMSR that
 * sets a reserved bit.  Outside x2APIC mode, none of these MSRs exists.
 *
 * In xAPIC mode the registers are memory, and an access to memory cannot fail.  In both modes a
 * reserved bit reads as 0.
 *
 * KVM takes the lower bits of an MSR's number for the offset of a register, so it has to look at
 * the upper bits, too.  With APICv, the CPU reads most registers without an exit, and KVM has
 * to tell it which.
 */
#include "apic.h"
#include "case.h"

CASE("lapic-registers");
VARIANT("default");

#define FIRST_MSR	0x800
#define LAST_MSR	0x8ff
#define READ		BIT(0)
#define WRITE		BIT(1)
#define VENDORS_OWN	BIT(2)
#define LVT_CMCI	6		/* the number of its entry, if there is one */
#define APIC_LVR_EXTENDED	BIT(31)	/* AMD: has the registers from 0x400 to 0x530 */

/* The registers of x2APIC mode, at their offsets of xAPIC mode. */
static const struct {
	u32 first, last;
	u32 access;
} regs[] = {
	{ APIC_ID, APIC_LVR, READ },
	{ APIC_TASKPRI, APIC_TASKPRI, READ | WRITE },
	{ APIC_PROCPRI, APIC_PROCPRI, READ },
	{ APIC_EOI, APIC_EOI, WRITE },
	{ APIC_LDR, APIC_LDR, READ },
	{ APIC_SPIV, APIC_SPIV, READ | WRITE },
	{ APIC_ISR, APIC_IRR + 0x70, READ },
	{ APIC_ESR, APIC_ESR, READ | WRITE },
	{ APIC_LVTCMCI, APIC_ICR, READ | WRITE },
	{ APIC_LVTT, APIC_TMICT, READ | WRITE },
	{ APIC_TMCCT, APIC_TMCCT, READ },
	{ APIC_TDCR, APIC_TDCR, READ | WRITE },
	{ APIC_SELF_IPI, APIC_SELF_IPI, WRITE },
};

static const struct {
	const char *name;
	u32 reg, reserved;
} registers_with_reserved_bits[] = {
	{ "tpr", APIC_TASKPRI, 0xffffff00 },
	{ "spiv", APIC_SPIV, 0xffffec00 },
	{ "timer", APIC_LVTT, 0xfff8ef00 },
	{ "thermal", APIC_LVTTHMR, 0xfffee800 },
	{ "counters", APIC_LVTPC, 0xfffee800 },
	{ "lint0", APIC_LVT0, 0xfffe0800 },
	{ "lint1", APIC_LVT1, 0xfffe0800 },
	{ "error", APIC_LVTERR, 0xfffeef00 },
	{ "divider", APIC_TDCR, 0xfffffff4 },
};

static u8 access[LAST_MSR - FIRST_MSR + 1];

static void fill_access(void)
{
	u32 version = apic_read(APIC_LVR);

	for (u32 i = 0; i < ARRAY_SIZE(regs); i++) {
		for (u32 reg = regs[i].first; reg <= regs[i].last; reg += 0x10)
			access[reg >> 4] = regs[i].access;
	}
	if (APIC_MAX_LVT(version) < LVT_CMCI)
		access[APIC_LVTCMCI >> 4] = 0;
	for (u32 reg = 0x400; reg <= 0x530 && version & APIC_LVR_EXTENDED; reg += 0x10)
		access[reg >> 4] = VENDORS_OWN;
}

static void try(struct outcome *o, const char *what, u32 msr, int vector)
{
	if (outcome_add(o, fault_name(vector)))
		note("%s of MSR 0x%x: %s", what, msr, fault_name(vector));
}

/* RDMSR of all registers to which software has the access @wanted. */
static void observe_reads(const char *key, u32 wanted)
{
	struct outcome o = {};
	u64 value;

	for (u32 msr = FIRST_MSR; msr <= LAST_MSR; msr++) {
		if (access[msr - FIRST_MSR] == wanted)
			try(&o, "RDMSR", msr, rdmsr_safe(msr, &value));
	}
	observef("%s.read = %s", key, outcome_name(&o));
}

/* WRMSR of 0 to all of them. */
static void observe_writes(const char *key, u32 wanted)
{
	struct outcome o = {};

	for (u32 msr = FIRST_MSR; msr <= LAST_MSR; msr++) {
		if (access[msr - FIRST_MSR] == wanted)
			try(&o, "WRMSR", msr, wrmsr_safe(msr, 0));
	}
	observef("%s.write = %s", key, outcome_name(&o));
}

/* WRMSR that sets bit 32, or bit 63.  Only the ICR has an upper half. */
static void observe_upper_half(void)
{
	struct outcome o = {};

	for (u32 msr = FIRST_MSR; msr <= LAST_MSR; msr++) {
		if (!(access[msr - FIRST_MSR] & WRITE) || msr == X2APIC_MSR(APIC_ICR))
			continue;
		try(&o, "WRMSR", msr, wrmsr_safe(msr, BIT(32)));
		try(&o, "WRMSR", msr, wrmsr_safe(msr, BIT(63)));
	}
	observe("writable.upper-half", outcome_name(&o));
}

/* Set all bits of a register, and observe which of the reserved ones it has then. */
static void observe_reserved_bits(void)
{
	SCOPE("reserved");
	for (u32 i = 0; i < ARRAY_SIZE(registers_with_reserved_bits); i++) {
		u32 reg = registers_with_reserved_bits[i].reg, before = apic_read(reg);

		if (this_cpu()->x2apic)
			wrmsr_safe(X2APIC_MSR(reg), ~0u);
		else
			apic_write(reg, ~0u);
		observef("%s = 0x%x", registers_with_reserved_bits[i].name,
			 apic_read(reg) & registers_with_reserved_bits[i].reserved);
		apic_write(reg, before);
	}
}

static void observe_msrs(void)
{
	observe_reads("read-only", READ);
	observe_reads("writable", READ | WRITE);
	observe_reads("write-only", WRITE);
	observe_reads("unlisted", 0);
	observe_writes("read-only", READ);
	observe_writes("unlisted", 0);
	observe_upper_half();
}

static void observe_absent_msrs(void)
{
	observe_reads("writable", READ | WRITE);
	observe_writes("writable", READ | WRITE);
	observe_writes("write-only", WRITE);
}

void guest_main(void)
{
	fill_access();
	on_vcpu(0, "xapic", observe_reserved_bits);
	on_vcpu(0, "xapic", observe_absent_msrs);
	apic_enable_x2apic();
	on_vcpu(0, "x2apic", observe_reserved_bits);
	on_vcpu(0, "x2apic", observe_msrs);
}
