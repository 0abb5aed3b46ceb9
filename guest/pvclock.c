// SPDX-License-Identifier: GPL-2.0-only
#include "pvclock.h"

#include "case.h"
#include "host.h"

volatile struct pvclock_vcpu_time_info kvmclocks[2] __attribute__((aligned(64)));

static void begin(void *time)
{
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, (u64)time | 1);
	enter_again();
}

void kvmclock_begin(u32 index)
{
	call_on(index, begin, (void *)&kvmclocks[index]);
}

static void read(void *now)
{
	*(u64 *)now = pvclock_read(&kvmclocks[this_cpu()->index]);
}

u64 kvmclock_read(u32 index)
{
	u64 now;

	call_on(index, read, &now);
	return now;
}

#define ROUNDS	20

const char *kvmclock_between_vcpus(void)
{
	u64 before = 0;

	for (u32 i = 0; i < ROUNDS; i++) {
		u64 now = kvmclock_read(i % 2);

		if (!(kvmclocks[0].flags & kvmclocks[1].flags & PVCLOCK_TSC_STABLE_BIT))
			return UNSEEN_HOST "its kvmclock does not have PVCLOCK_TSC_STABLE_BIT";
		if (now < before)
			return "backwards";
		before = now;
	}
	return "forwards";
}
