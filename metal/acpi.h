/* SPDX-License-Identifier: GPL-2.0-only */
/* What the firmware's ACPI tables say about the machine. */
#ifndef METAL_ACPI_H
#define METAL_ACPI_H

#include "x86.h"

#define MAX_IOAPICS	8

struct acpi {
	u32 *cpus;			/* APIC IDs of the enabled CPUs */
	u32 nr_cpus;
	u64 ioapics[MAX_IOAPICS];	/* their addresses */
	u32 ioapic_gsi[MAX_IOAPICS];	/* the first GSI of each */
	u32 nr_ioapics;
	u64 hpet;			/* its address, or 0 */
};

void acpi_read(struct acpi *a);

#endif
