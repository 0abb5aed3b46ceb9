/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes to MSRs that should all go the same way, and the MTRRs.
 */
#ifndef GUEST_MSR_H
#define GUEST_MSR_H

#include "case.h"

/* The MTRRs that KVM has, and the types that are legal there. */
#define MTRR_VARIABLE	8
#define MTRR_FIXED	11
#define MTRR_TYPES	5
extern const u32 mtrr_fixed[MTRR_FIXED];
extern const u8 mtrr_types[MTRR_TYPES];

/* mtrr_types_from() - a type in each byte, from the one that is number @first. */
u64 mtrr_types_from(u32 first);

/* addresses() - the bits of a physical address, without those of an offset in its page. */
u64 addresses(void);

/*
 * Writes to an MSR that should all go the same way.
 *
 * msr_begin() writes @start, which is legal and not zero, so that what is refused
 * and clears is seen; msr_try() writes @value, reads the MSR, and writes @start
 * again; msr_end() puts back what was there at first.
 *
 * A try's outcome is "readback" (the value was there), the exception that it raised
 * ("#GP") or the ioctl's refusal ("EINVAL") that left @start, "dropped" (neither),
 * "fault-but-changed", "refused-but-changed", or "differs" (RDMSR and KVM_GET_MSRS
 * do).
 */
struct msr_trial {
	bool by_ioctl;			/* by KVM_SET_MSRS, not WRMSR */
	u32 msr;
	u64 start, before;
};

void msr_begin(struct msr_trial *t, u32 msr, u64 start);
void msr_try(const struct msr_trial *t, struct outcome *o, u64 value);
void msr_end(const struct msr_trial *t);

#endif
