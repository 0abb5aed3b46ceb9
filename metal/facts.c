// SPDX-License-Identifier: GPL-2.0-only
#include "facts.h"

#include <stdio.h>
#include <string.h>

#include "efi_app.h"
#include "lapic.h"
#include "machine.h"

#define CPUID_1_ECX_X2APIC	BIT(21)
#define CPUID_1_ECX_HYPERVISOR	BIT(31)

static void set_number(struct platform *p, const char *key, u32 n)
{
	char value[16];

	snprintf(value, sizeof(value), "%u", n);
	platform_set(p, key, value);
}

static void read_vendor(struct platform *p)
{
	struct cpuid r = cpuid(0, 0);
	u32 name[] = { r.ebx, r.edx, r.ecx, 0 };

	platform_set(p, "vendor", "metal");
	platform_set(p, "cpu_vendor",
		     !strcmp((char *)name, "GenuineIntel") ? "intel" :
		     !strcmp((char *)name, "AuthenticAMD") ? "amd" : "other");
}

static void read_brand(struct platform *p)
{
	struct cpuid brand[4] = {};
	const char *name = (const char *)brand;

	for (u32 i = 0; i < 3 && cpuid(0x80000000, 0).eax >= 0x80000004; i++)
		brand[i] = cpuid(0x80000002 + i, 0);
	platform_set(p, "cpu", name[0] ? name + strspn(name, " ") : "unknown");
}

/* Not so bare: whose CPU this is, if it says so. */
static void read_emulator(struct platform *p)
{
	struct cpuid r;
	u32 name[4] = {};

	if (!(cpuid(1, 0).ecx & CPUID_1_ECX_HYPERVISOR))
		return;
	r = cpuid(0x40000000, 0);
	name[0] = r.ebx;
	name[1] = r.ecx;
	name[2] = r.edx;
	platform_set(p, "emulator", !strcmp((char *)name, "TCGTCGTCGTCG") ? "tcg" : "hypervisor");
}

static void read_firmware(struct platform *p)
{
	char name[64];
	u32 n = 0;

	for (CHAR16 *s = ST->FirmwareVendor; s && s[n] && n < sizeof(name) - 1; n++)
		name[n] = s[n] >= ' ' && s[n] <= '~' ? s[n] : '?';
	name[n] = '\0';
	platform_set(p, "firmware", name);
}

void facts_read(struct platform *p, const struct world *w)
{
	u32 leaf7 = cpuid(0, 0).eax >= 7 ? cpuid(7, 0).ebx : 0;

	*p = (struct platform) { .kvm = -1 };
	read_vendor(p);
	read_brand(p);
	read_emulator(p);
	read_firmware(p);
	set_number(p, "cpus", w->acpi.nr_cpus ? w->acpi.nr_cpus : 1);
	set_number(p, "selfsnoop", cpuid(1, 0).edx >> 27 & 1);
	set_number(p, "fdp_excptn_only", leaf7 >> 6 & 1);
	set_number(p, "zero_fcs_fds", leaf7 >> 13 & 1);
	set_number(p, "x2apic", !!(cpuid(1, 0).ecx & CPUID_1_ECX_X2APIC));
	asm volatile("cli");
	platform_set(p, "mtrr", mtrr_state());
	set_number(p, "xapic_id_writable", lapic_id_is_writable());
	asm volatile("sti");
}
