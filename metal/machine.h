/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine's state that a payload may change and the firmware still needs.
 */
#ifndef METAL_MACHINE_H
#define METAL_MACHINE_H

#include "acpi.h"
#include "low.h"

#define PAT_RESET	0x0007040600070406

/* machine_save() - remember it, silence all interrupts; those of this CPU are off. */
void machine_save(const struct acpi *a);

/*
 * machine_restore() - give it back.  Returns NULL, or which register does not
 * take its value back, in words that stay until the next call.
 */
const char *machine_restore(const struct acpi *a);

/*
 * machine_for_others() - the MTRRs that this machine came with, and @pat, for the
 * other CPUs, which are to have the same.
 */
void machine_for_others(struct low *low, u64 pat);

/* Its IA32_PAT. */
u64 machine_pat(void);

/* Whether @msr is an MTRR. */
bool is_mtrr(u32 msr);

/* mtrr_state() - "open", "locked" or "none": whether a range can be written. */
const char *mtrr_state(void);

#endif
