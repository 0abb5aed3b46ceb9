// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "metal.h"

#define MAX_RANGES	32
#define MAX_PINS	256
#define MTRR_CAP_VCNT	0xff
#define MTRR_CAP_FIX	BIT(8)
#define CPUID_1_EDX_MTRR	BIT(12)
#define X86_CR4_PGE	BIT(7)

#define MSR_EFER	0xc0000080
#define MSR_FS_BASE	0xc0000100

#define PIC1_DATA	0x21
#define PIC2_DATA	0xa1

static const u16 fixed[] = {
	0x250, 0x258, 0x259, 0x268, 0x269, 0x26a, 0x26b, 0x26c, 0x26d, 0x26e, 0x26f,
};

static struct {
	u64 range[2 * MAX_RANGES], fixed[ARRAY_SIZE(fixed)], def_type;
	u64 pat, efer, fs_base, gs_base, apicbase, dr7;
	u32 lapic[NR_LAPIC_REGISTERS];
	u8 pic1, pic2;
	u32 pin[MAX_IOAPICS][MAX_PINS];
	u8 fpu[512] __attribute__((aligned(16)));
} saved;

static bool mtrrs_are_open;		/* see mtrr_state() */

static bool has_mtrr(void)
{
	return cpuid(1, 0).edx & CPUID_1_EDX_MTRR;
}

static u32 nr_ranges(void)
{
	u32 n = rdmsr(MSR_MTRRcap) & MTRR_CAP_VCNT;

	return n < MAX_RANGES ? n : MAX_RANGES;
}

bool is_mtrr(u32 msr)
{
	for (u32 i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (msr == fixed[i])
			return true;
	}
	return (msr >= MSR_MTRRphysBase(0) && msr < MSR_MTRRphysBase(MAX_RANGES)) ||
	       msr == MSR_MTRRdefType || msr == MSR_MTRRcap;
}

const char *mtrr_state(void)
{
	u32 msr;
	u64 old, now;
	int fault;

	if (!has_mtrr() || !nr_ranges())
		return "none";
	/* Try to change the base of the last range, which must not be in use. */
	msr = MSR_MTRRphysBase(nr_ranges() - 1);
	if (rdmsr(msr + 1) & MTRR_PHYSMASK_V) {
		mtrrs_are_open = true;		/* in use: don't try */
		return "open";
	}
	old = rdmsr(msr);
	fault = safe_wrmsr(msr, old ^ 0x100000);
	now = rdmsr(msr);
	if (!fault)
		safe_wrmsr(msr, old);
	mtrrs_are_open = !fault && now != old;
	return mtrrs_are_open ? "open" : "locked";
}

static void save_mtrrs(void)
{
	if (!has_mtrr())
		return;
	for (u32 i = 0; i < 2 * nr_ranges(); i++)
		saved.range[i] = rdmsr(MSR_MTRRphysBase(0) + i);
	for (u32 i = 0; rdmsr(MSR_MTRRcap) & MTRR_CAP_FIX && i < ARRAY_SIZE(fixed); i++)
		saved.fixed[i] = rdmsr(fixed[i]);
	saved.def_type = rdmsr(MSR_MTRRdefType);
}

/* Return an MTRR whose value differs from the saved one, or 0. */
static u32 changed_mtrr(void)
{
	if (!has_mtrr())
		return 0;
	for (u32 i = 0; i < 2 * nr_ranges(); i++) {
		if (saved.range[i] != rdmsr(MSR_MTRRphysBase(0) + i))
			return MSR_MTRRphysBase(0) + i;
	}
	for (u32 i = 0; rdmsr(MSR_MTRRcap) & MTRR_CAP_FIX && i < ARRAY_SIZE(fixed); i++) {
		if (saved.fixed[i] != rdmsr(fixed[i]))
			return fixed[i];
	}
	return saved.def_type != rdmsr(MSR_MTRRdefType) ? MSR_MTRRdefType : 0;
}

static void restore_one(u32 msr, u64 value)
{
	if (rdmsr(msr) != value)
		safe_wrmsr(msr, value);
}

/* SDM 3A, 12.11.7.2: disable and flush the caches, disable MTRRs, then write them all. */
static void restore_mtrrs(void)
{
	u64 cr0 = read_cr0(), cr4 = read_cr4();

	write_cr0((cr0 | X86_CR0_CD) & ~X86_CR0_NW);
	wbinvd();
	write_cr4(cr4 & ~X86_CR4_PGE);
	write_cr3(read_cr3());
	safe_wrmsr(MSR_MTRRdefType, rdmsr(MSR_MTRRdefType) & ~MTRR_DEFTYPE_E);
	for (u32 i = 0; i < 2 * nr_ranges(); i++)
		restore_one(MSR_MTRRphysBase(0) + i, saved.range[i]);
	for (u32 i = 0; rdmsr(MSR_MTRRcap) & MTRR_CAP_FIX && i < ARRAY_SIZE(fixed); i++)
		restore_one(fixed[i], saved.fixed[i]);
	safe_wrmsr(MSR_MTRRdefType, saved.def_type);
	wbinvd();
	write_cr3(read_cr3());
	write_cr0(cr0);
	write_cr4(cr4);
}

static u32 ioapic_read(u64 ioapic, u32 reg)
{
	*(volatile u32 *)ioapic = reg;
	return *(volatile u32 *)(ioapic + 0x10);
}

static void ioapic_write(u64 ioapic, u32 reg, u32 value)
{
	*(volatile u32 *)ioapic = reg;
	*(volatile u32 *)(ioapic + 0x10) = value;
}

static void save_interrupts(const struct acpi *a)
{
	saved.pic1 = inb(PIC1_DATA);
	saved.pic2 = inb(PIC2_DATA);
	outb(PIC1_DATA, 0xff);
	outb(PIC2_DATA, 0xff);
	for (u32 i = 0; i < a->nr_ioapics; i++) {
		u32 last = ioapic_read(a->ioapics[i], 1) >> 16 & 0xff;

		for (u32 pin = 0; pin <= last; pin++) {
			saved.pin[i][pin] = ioapic_read(a->ioapics[i], 0x10 + 2 * pin);
			ioapic_write(a->ioapics[i], 0x10 + 2 * pin, saved.pin[i][pin] | BIT(16));
		}
	}
}

static void restore_interrupts(const struct acpi *a)
{
	for (u32 i = 0; i < a->nr_ioapics; i++) {
		u32 last = ioapic_read(a->ioapics[i], 1) >> 16 & 0xff;

		for (u32 pin = 0; pin <= last; pin++)
			ioapic_write(a->ioapics[i], 0x10 + 2 * pin, saved.pin[i][pin]);
	}
	outb(PIC1_DATA, saved.pic1);
	outb(PIC2_DATA, saved.pic2);
}

void machine_save(const struct acpi *a)
{
	asm volatile("fxsave %0" : "=m"(saved.fpu));
	asm volatile("mov %%dr7, %0" : "=r"(saved.dr7));
	save_mtrrs();
	saved.pat = rdmsr(MSR_IA32_CR_PAT);
	saved.efer = rdmsr(MSR_EFER);
	saved.fs_base = rdmsr(MSR_FS_BASE);
	saved.gs_base = rdmsr(MSR_GS_BASE);
	saved.apicbase = rdmsr(MSR_IA32_APICBASE);
	lapic_save(saved.lapic);
	save_interrupts(a);
	lapic_mask();
	lapic_drain();		/* or the payload takes the firmware's interrupts */
	wrmsr(MSR_IA32_CR_PAT, PAT_RESET);	/* as a vCPU starts */
	if (!lapic_is_locked())
		lapic_set_mode(saved.apicbase & ~APICBASE_EXTD);
}

static void add_msr(struct low *low, u32 msr, u64 value)
{
	low->msrs[low->nr_msrs++] = (struct low_msr) { msr, value, value >> 32 };
}

void machine_for_others(struct low *low, u64 pat)
{
	low->nr_msrs = 0;
	add_msr(low, MSR_IA32_CR_PAT, pat);
	if (!mtrrs_are_open)
		return;
	add_msr(low, MSR_MTRRdefType, saved.def_type & ~MTRR_DEFTYPE_E);
	for (u32 i = 0; i < 2 * nr_ranges(); i++)
		add_msr(low, MSR_MTRRphysBase(0) + i, saved.range[i]);
	for (u32 i = 0; rdmsr(MSR_MTRRcap) & MTRR_CAP_FIX && i < ARRAY_SIZE(fixed); i++)
		add_msr(low, fixed[i], saved.fixed[i]);
	add_msr(low, MSR_MTRRdefType, saved.def_type);
}

u64 machine_pat(void)
{
	return saved.pat;
}

const char *machine_restore(const struct acpi *a)
{
	static char what[64];
	u32 msr;

	wbinvd();
	wrmsr(MSR_IA32_CR_PAT, saved.pat);
	if (changed_mtrr())
		restore_mtrrs();
	else
		write_cr3(read_cr3());
	wrmsr(MSR_EFER, saved.efer);
	wrmsr(MSR_FS_BASE, saved.fs_base);
	wrmsr(MSR_GS_BASE, saved.gs_base);
	asm volatile("mov %0, %%dr7" :: "r"(saved.dr7));
	lapic_drain();
	lapic_set_mode(saved.apicbase);
	restore_interrupts(a);
	lapic_restore(saved.lapic);
	asm volatile("fxrstor %0" :: "m"(saved.fpu));
	msr = changed_mtrr();
	if (!msr)
		return NULL;
	snprintf(what, sizeof(what), "MSR 0x%x is 0x%lx", msr, rdmsr(msr));
	return what;
}
