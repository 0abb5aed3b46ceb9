/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM's clock, msr.rst MSR_KVM_SYSTEM_TIME_NEW and MSR_KVM_WALL_CLOCK_NEW.
 */
#ifndef GUEST_PVCLOCK_H
#define GUEST_PVCLOCK_H

#include "x86.h"

struct pvclock_vcpu_time_info {
	u32 version;
	u32 pad0;
	u64 tsc_timestamp;
	u64 system_time;
	u32 tsc_to_system_mul;
	int8_t tsc_shift;
	u8 flags;
	u8 pad[2];
} __attribute__((packed));

struct pvclock_wall_clock {
	u32 version;
	u32 sec;
	u32 nsec;
} __attribute__((packed));

#define PVCLOCK_TSC_STABLE_BIT	BIT(0)
#define PVCLOCK_GUEST_STOPPED	BIT(1)

/* pvclock_read() - return nanoseconds; call it on the vCPU that registered @time. */
static inline u64 pvclock_read(const volatile struct pvclock_vcpu_time_info *time)
{
	u32 version;
	u64 ns;

	do {
		u64 cycles;

		version = time->version & ~1u;
		cycles = rdtsc() - time->tsc_timestamp;
		cycles = time->tsc_shift >= 0 ? cycles << time->tsc_shift :
						cycles >> -time->tsc_shift;
		ns = time->system_time +
		     (u64)((unsigned __int128)cycles * time->tsc_to_system_mul >> 32);
	} while (version != time->version);
	return ns;
}

/* LONGEST() - at most how far kvmclock gets in @ns: calibration of the TSC is not exact. */
#define LONGEST(ns)	((ns) + (ns) / 64)

/* place() - return whether a time is "between" two others, "behind" or "ahead". */
static inline const char *place(u64 low, u64 time, u64 high)
{
	return time < low ? "behind" : time > high ? "ahead" : "between";
}

/*
 * Each of two vCPUs has a kvmclock of its own, in kvmclocks[].
 *
 * kvmclock_begin() - on vCPU @index, register its kvmclock; on return KVM has written it.
 * kvmclock_read() - on vCPU @index, read its kvmclock; return nanoseconds.
 * kvmclock_between_vcpus() - read both in turn, and return "forwards" or "backwards"; UNSEEN_HOST
 * without PVCLOCK_TSC_STABLE_BIT.
 */
extern volatile struct pvclock_vcpu_time_info kvmclocks[2];
void kvmclock_begin(u32 index);
u64 kvmclock_read(u32 index);
const char *kvmclock_between_vcpus(void);

#endif
