// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "metal.h"
#include "record/facts.h"

#define CPUID_1_ECX_X2APIC	BIT(21)
#define CPUID_1_ECX_HYPERVISOR	BIT(31)
#define TOPOLOGY_SMT		1

static void set_number(struct facts *facts, const char *key, u32 n)
{
	char value[16];

	snprintf(value, sizeof(value), "%u", n);
	facts_set(facts, key, value);
}

static void read_vendor(struct facts *facts)
{
	struct cpuid r = cpuid(0, 0);
	u32 name[] = { r.ebx, r.edx, r.ecx, 0 };

	facts_set(facts, "vendor", "metal");
	facts_set(facts, "cpu_vendor",
		     !strcmp((char *)name, "GenuineIntel") ? "intel" :
		     !strcmp((char *)name, "AuthenticAMD") ? "amd" : "other");
}

static void read_brand(struct facts *facts)
{
	struct cpuid brand[4] = {};
	const char *name = (const char *)brand;

	for (u32 i = 0; i < 3 && cpuid(0x80000000, 0).eax >= 0x80000004; i++)
		brand[i] = cpuid(0x80000002 + i, 0);
	facts_set(facts, "cpu", name[0] ? name + strspn(name, " ") : "unknown");
}

/* "Bare metal" may be a VM: CPUID then names its hypervisor. */
static void read_hypervisor(struct facts *facts)
{
	struct cpuid r = cpuid(0x40000000, 0);
	const u32 signature[] = { r.ebx, r.ecx, r.edx };

	facts_set(facts, "hypervisor", cpuid(1, 0).ecx & CPUID_1_ECX_HYPERVISOR ?
		  hypervisor_of(signature) : "none");
}

static void read_firmware(struct facts *facts)
{
	char name[64];
	u32 n = 0;

	for (CHAR16 *s = ST->FirmwareVendor; s && s[n] && n < sizeof(name) - 1; n++)
		name[n] = s[n] >= ' ' && s[n] <= '~' ? s[n] : '?';
	name[n] = '\0';
	facts_set(facts, "firmware", name);
}

/* SDM 2A, CPUID leaf 0BH: whether a core has more than one thread. */
static bool has_threads(void)
{
	struct cpuid r = cpuid(0, 0).eax >= 0xb ? cpuid(0xb, 0) : (struct cpuid) {};

	return (r.ecx >> 8 & 0xff) == TOPOLOGY_SMT && (r.ebx & 0xffff) > 1;
}

void facts_read(struct facts *facts, const struct world *w)
{
	u32 leaf7 = cpuid(0, 0).eax >= 7 ? cpuid(7, 0).ebx : 0;

	*facts = (struct facts) {};
	facts_set(facts, "suite", suite_version);
	read_vendor(facts);
	read_brand(facts);
	read_hypervisor(facts);
	read_firmware(facts);
	set_number(facts, "cpus", w->acpi.nr_cpus ? w->acpi.nr_cpus : 1);
	set_number(facts, "watchdog", w->has_watchdog);
	set_number(facts, "selfsnoop", cpuid(1, 0).edx >> 27 & 1);
	set_number(facts, "fdp_excptn_only", leaf7 >> 6 & 1);
	set_number(facts, "zero_fcs_fds", leaf7 >> 13 & 1);
	set_number(facts, "x2apic", !!(cpuid(1, 0).ecx & CPUID_1_ECX_X2APIC));
	set_number(facts, "smt", has_threads());
	asm volatile("cli");
	facts_set(facts, "mtrr", mtrr_state());
	set_number(facts, "xapic_id_writable", lapic_id_is_writable());
	asm volatile("sti");
}
