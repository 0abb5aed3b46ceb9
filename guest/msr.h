/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes to MSRs that should all have the same outcome, and the MTRRs.
 */
#ifndef GUEST_MSR_H
#define GUEST_MSR_H

#include "case.h"

/* The MTRRs that KVM has, and the types that are legal in them. */
#define MTRR_VARIABLE	8
#define MTRR_FIXED	11
#define MTRR_TYPES	5
extern const u32 mtrr_fixed[MTRR_FIXED];
extern const u8 mtrr_types[MTRR_TYPES];

/* mtrr_types_from() - return an MTRR type in each byte; the top byte has mtrr_types[@first]. */
u64 mtrr_types_from(u32 first);

/* addresses() - return a mask of the physical address bits, without the page offset. */
u64 addresses(void);

/*
 * msr_begin() - save the MSR, and write @start, which must be legal and not zero: so a
 * refused write that clears the MSR is seen.
 * msr_try() - write @value, read the MSR, write @start again, and add the outcome to @o.
 * msr_end() - restore the MSR.
 *
 * The outcome is "readback" (the MSR reads as @value), the exception ("#GP") or the ioctl's
 * refusal ("EINVAL") that left @start, "dropped" (neither), "fault-but-changed",
 * "refused-but-changed", or "differs" (RDMSR and KVM_GET_MSRS return different values).
 */
struct msr_trial {
	bool by_ioctl;			/* write by KVM_SET_MSRS, not WRMSR */
	u32 msr;
	u64 start, before;
};

void msr_begin(struct msr_trial *t, u32 msr, u64 start);
void msr_try(const struct msr_trial *t, struct outcome *o, u64 value);
void msr_end(const struct msr_trial *t);

#endif
