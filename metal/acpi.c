// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "metal.h"
#include "text.h"

/* ACPI 6.4, 5.2: the root pointer, table headers, and two of the tables. */
struct rsdp {
	char signature[8];
	u8 checksum, oem[6], revision;
	u32 rsdt, length;
	u64 xsdt;
} __attribute__((packed));

struct table {
	char signature[4];
	u32 length;
	u8 rest[28];
} __attribute__((packed));

struct madt {
	struct table head;
	u32 lapic, flags;
} __attribute__((packed));

struct madt_entry {
	u8 type, length;
	union {
		struct { u8 uid, id; u32 flags; } __attribute__((packed)) lapic;
		struct { u16 reserved; u32 id, flags, uid; } __attribute__((packed)) x2apic;
		struct { u8 id, reserved; u32 address, gsi; } __attribute__((packed)) ioapic;
	};
} __attribute__((packed));

enum { MADT_LAPIC = 0, MADT_IOAPIC = 1, MADT_X2APIC = 9 };
#define MADT_ENABLED	1

struct hpet_table {
	struct table head;
	u32 id;
	u8 space, width, offset, access;
	u64 address;
} __attribute__((packed));

static const struct table *find(const char *signature)
{
	EFI_GUID acpi20 = ACPI_20_TABLE_GUID;
	const struct table *xsdt = NULL;

	for (UINTN i = 0; i < ST->NumberOfTableEntries; i++) {
		const EFI_CONFIGURATION_TABLE *t = &ST->ConfigurationTable[i];

		if (!memcmp(&t->VendorGuid, &acpi20, sizeof(acpi20)))
			xsdt = (void *)((struct rsdp *)t->VendorTable)->xsdt;
	}
	for (u32 i = 0; xsdt && i < (xsdt->length - sizeof(struct table)) / 8; i++) {
		const struct table *t;

		memcpy(&t, (const char *)(xsdt + 1) + 8 * i, sizeof(t));
		if (!memcmp(t->signature, signature, 4))
			return t;
	}
	return NULL;
}

static void add_cpu(struct acpi *a, u32 id, u32 flags)
{
	if (!(flags & MADT_ENABLED))
		return;
	APPEND(a->cpus, a->nr_cpus, id);
}

static void read_madt(struct acpi *a, const struct madt *m)
{
	const char *p = (const char *)(m + 1), *end = (const char *)m + m->head.length;

	while (p + 2 <= end && p[1] > 0) {
		const struct madt_entry *e = (const void *)p;

		if (e->type == MADT_LAPIC)
			add_cpu(a, e->lapic.id, e->lapic.flags);
		else if (e->type == MADT_X2APIC)
			add_cpu(a, e->x2apic.id, e->x2apic.flags);
		else if (e->type == MADT_IOAPIC && a->nr_ioapics < MAX_IOAPICS) {
			a->ioapics[a->nr_ioapics] = e->ioapic.address;
			a->ioapic_gsi[a->nr_ioapics++] = e->ioapic.gsi;
		}
		p += e->length;
	}
}

void acpi_read(struct acpi *a)
{
	const struct madt *madt = (const void *)find("APIC");
	const struct hpet_table *hpet = (const void *)find("HPET");

	*a = (struct acpi) {};
	if (madt)
		read_madt(a, madt);
	if (hpet && hpet->space == 0)
		a->hpet = hpet->address;
}
