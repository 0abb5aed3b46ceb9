/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of the machine that a payload may change and that the firmware needs.
 */
#ifndef METAL_MACHINE_H
#define METAL_MACHINE_H

#include "acpi.h"
#include "low.h"

#define PAT_RESET	0x0007040600070406

/* machine_save() - save the state and mask all interrupts; call with interrupts off. */
void machine_save(const struct acpi *a);

/*
 * machine_restore() - restore the state.  Return NULL, or text that names a register
 * that could not be restored; the text is valid until the next call.
 */
const char *machine_restore(const struct acpi *a);

/*
 * machine_for_others() - put @pat and the saved MTRRs into @low->msrs, which the other
 * CPUs load when they start.
 */
void machine_for_others(struct low *low, u64 pat);

/* Return the saved IA32_PAT. */
u64 machine_pat(void);

/* Whether @msr is an MTRR. */
bool is_mtrr(u32 msr);

/* mtrr_state() - whether a range can be written: "open" or "locked"; "none": no MTRRs. */
const char *mtrr_state(void);

#endif
