// SPDX-License-Identifier: GPL-2.0-only
/*
 * This CPU's local APIC, through the functions that guest/apic.h declares.
 */
#include "metal.h"

static u64 base;		/* of the registers, in xAPIC mode */

static bool in_x2apic_mode(void)
{
	return rdmsr(MSR_IA32_APICBASE) & APICBASE_EXTD;
}

static volatile u32 *mmio(u32 reg)
{
	if (!base)
		base = rdmsr(MSR_IA32_APICBASE) & 0xffffffffff000;
	return (volatile u32 *)(base + reg);
}

u32 apic_read(u32 reg)
{
	return in_x2apic_mode() ? rdmsr(X2APIC_MSR(reg)) : *mmio(reg);
}

void apic_write(u32 reg, u32 value)
{
	if (in_x2apic_mode())
		wrmsr(X2APIC_MSR(reg), value);
	else
		*mmio(reg) = value;
}

void apic_send(u32 icr, u32 dest)
{
	if (in_x2apic_mode()) {
		wrmsr(X2APIC_MSR(APIC_ICR), (u64)dest << 32 | icr);
		return;
	}
	*mmio(APIC_ICR2) = dest << 24;
	*mmio(APIC_ICR) = icr;
	while (*mmio(APIC_ICR) & APIC_ICR_BUSY)
		pause();
}

u32 lapic_id(void)
{
	return in_x2apic_mode() ? apic_read(APIC_ID) : apic_read(APIC_ID) >> 24;
}

/* Intel's LEGACY_XAPIC_DISABLED: the CPU cannot leave x2APIC mode. */
bool lapic_is_locked(void)
{
	if (!in_x2apic_mode() || cpuid(0, 0).eax < 7 || !(cpuid(7, 0).edx & BIT(29)))
		return false;
	return rdmsr(MSR_IA32_ARCH_CAPABILITIES) & BIT(21) &&
	       rdmsr(MSR_IA32_XAPIC_DISABLE_STATUS) & BIT(0);
}

bool lapic_id_is_writable(void)
{
	u32 id = apic_read(APIC_ID), other = id ^ 0x80ul << 24;
	bool writable;

	if (in_x2apic_mode())
		return false;
	apic_write(APIC_ID, other);
	writable = apic_read(APIC_ID) == other;
	apic_write(APIC_ID, id);
	return writable;
}

/* To change from x2APIC mode to xAPIC mode, the APIC has to be disabled first. */
void lapic_set_mode(u64 apicbase)
{
	u64 now = rdmsr(MSR_IA32_APICBASE);

	if (now == apicbase)
		return;
	if (now & APICBASE_EXTD && !(apicbase & APICBASE_EXTD))
		wrmsr(MSR_IA32_APICBASE, now & ~(APICBASE_EXTD | APICBASE_ENABLE));
	wrmsr(MSR_IA32_APICBASE, apicbase & ~APICBASE_EXTD);
	if (apicbase & APICBASE_EXTD)
		wrmsr(MSR_IA32_APICBASE, apicbase);
}

/* The registers that a payload may change; the ID is last, and only writable in xAPIC mode. */
static const u16 registers[NR_LAPIC_REGISTERS] = {
	APIC_SPIV, APIC_TASKPRI, APIC_DFR, APIC_LDR, APIC_LVTT, APIC_LVTPC, APIC_LVT0,
	APIC_LVT1, APIC_LVTERR, APIC_TDCR, APIC_TMICT, APIC_ID,
};

static bool is_writable(u32 reg)
{
	return !in_x2apic_mode() || (reg != APIC_DFR && reg != APIC_LDR && reg != APIC_ID);
}

void lapic_save(u32 values[NR_LAPIC_REGISTERS])
{
	for (u32 i = 0; i < NR_LAPIC_REGISTERS; i++)
		values[i] = is_writable(registers[i]) ? apic_read(registers[i]) : 0;
}

void lapic_mask(void)
{
	static const u16 sources[] = { APIC_LVTT, APIC_LVTPC, APIC_LVT0, APIC_LVT1 };

	for (u32 i = 0; i < ARRAY_SIZE(sources); i++)
		apic_write(sources[i], apic_read(sources[i]) | APIC_LVT_MASKED);
}

void lapic_restore(const u32 values[NR_LAPIC_REGISTERS])
{
	for (u32 i = 0; i < NR_LAPIC_REGISTERS; i++) {
		if (is_writable(registers[i]))
			apic_write(registers[i], values[i]);
	}
}

static bool has_vector(u32 reg)
{
	u32 bits = 0;

	for (u32 i = 0; i < 8; i++)
		bits |= apic_read(reg + 0x10 * i);
	return bits;
}

static void end_all_in_service(void)
{
	while (has_vector(APIC_ISR))
		apic_write(APIC_EOI, 0);
}

struct gate {
	u16 low, selector, flags, middle;
	u32 high, reserved;
};

/*
 * Take and discard pending interrupts: the payload cannot handle the firmware's
 * vectors, nor the firmware the payload's.  Every gate leads to an IRETQ.
 */
void lapic_drain(void)
{
	static struct gate idt[256] __attribute__((aligned(16)));
	struct descriptor_table ours = { sizeof(idt) - 1, (u64)idt }, firmwares = sidt();
	u64 entry;
	u16 cs;

	apic_write(APIC_TASKPRI, 0);
	end_all_in_service();
	if (!has_vector(APIC_IRR))
		return;
	asm("mov %%cs, %0" : "=r"(cs));
	asm("lea 1f(%%rip), %0; jmp 2f; 1: iretq; 2:" : "=r"(entry));
	for (u32 i = 0; i < 256; i++)
		idt[i] = (struct gate) { entry, cs, 0x8e00, entry >> 16, entry >> 32, 0 };
	asm volatile("lidt %0" :: "m"(ours));
	for (u32 i = 0; i < 256 && has_vector(APIC_IRR); i++) {
		asm volatile("sti; nop; nop; cli" ::: "memory");
		end_all_in_service();
	}
	asm volatile("lidt %0" :: "m"(firmwares));
}
