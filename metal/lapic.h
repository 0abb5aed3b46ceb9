/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef METAL_LAPIC_H
#define METAL_LAPIC_H

#include "apic.h"

#define APIC_ISR		0x100
#define APIC_LVTPC		0x340
#define APIC_LVT1		0x360
#define APIC_LVTERR		0x370
#define APIC_LVT_MASKED		BIT(16)

#define MSR_IA32_XAPIC_DISABLE_STATUS	0x000000bd
#define MSR_IA32_ARCH_CAPABILITIES	0x0000010a

#define NR_LAPIC_REGISTERS	12

u32 lapic_id(void);

/* Whether the CPU is in x2APIC mode and cannot leave it. */
bool lapic_is_locked(void);

/* Whether software can write its APIC ID here; interrupts must be off. */
bool lapic_id_is_writable(void);

/* lapic_set_mode() - set IA32_APICBASE to @apicbase; the APIC's registers may be lost. */
void lapic_set_mode(u64 apicbase);

void lapic_save(u32 values[NR_LAPIC_REGISTERS]);
void lapic_restore(const u32 values[NR_LAPIC_REGISTERS]);

/* lapic_mask() - mask the local interrupt sources of this CPU. */
void lapic_mask(void);

/* lapic_drain() - discard all interrupts that are pending or in service. */
void lapic_drain(void);

#endif
