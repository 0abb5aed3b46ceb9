// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvmclock and the wall clock, next to the host's clocks - msr.rst
 *
 * kvmclock counts nanoseconds, as fast as the host's own clock, however fast the vCPU's TSC is,
 * which the VMM may set if the CPU can scale it.  The wall clock in the guest's
 * memory is the time at which kvmclock was 0, so that the sum of the two is the time of day;
 * that is so, too, after the VMM has set kvmclock.  KVM writes the wall clock when the guest writes
 * the MSR.  After that the memory is the guest's again, which may use it for something else.
 *
 * The host's clocks are read before and after the guest's.  Rates are compared once the time
 * between two readings is long, compared with the time that a reading takes.
 */
#include "case.h"
#include "host.h"
#include "pvclock.h"

CASE("kvmclock-host", .vcpus = 2, .only_kvm = 1, .time_limit_ms = 20000);
VARIANT("default");

#define SECOND		1000000000ul
#define ENOUGH		5000000		/* nanoseconds */

struct sample {
	u64 before, clock, after;
};

static struct sample sample(void)
{
	struct sample s = { .before = host_time(CLOCK_MONOTONIC_RAW) };

	s.clock = pvclock_read(&kvmclocks[this_cpu()->index]);
	s.after = host_time(CLOCK_MONOTONIC_RAW);
	return s;
}

static const char *rate(void)
{
	struct sample first = sample(), last;
	u64 shortest, longest;

	do {
		last = sample();
		shortest = last.before - first.after;
		longest = last.after - first.before;
	} while (last.before < first.after + ENOUGH || longest - shortest > shortest / 8);
	note("%lu ns in %lu to %lu ns of the host", last.clock - first.clock, shortest, longest);
	return place(shortest - shortest / 64, last.clock - first.clock, LONGEST(longest));
}

static s64 set_tsc_khz(u32 index, u64 khz)
{
	return HOST_CALL(TARGET_VCPU, index, { .request = KVM_SET_TSC_KHZ, .data = khz });
}

/* The same, while this vCPU's TSC is half as fast: KVM then has to give it another multiplier. */
static const char *rate_at_half_tsc(void)
{
	u32 me = this_cpu()->index;
	s64 khz = HOST_CALL(TARGET_VCPU, me, { .request = KVM_GET_TSC_KHZ });
	const char *name;

	if (!check_extension(KVM_CAP_TSC_CONTROL))
		return UNSEEN_HOST "this CPU cannot scale the TSC";
	if (set_tsc_khz(me, khz / 2))
		return "refused";
	kvmclock_begin(me);
	name = rate();
	set_tsc_khz(me, khz);
	kvmclock_begin(me);
	return name;
}

static volatile struct pvclock_wall_clock wall __attribute__((aligned(64)));

/* KVM may read the host's two clocks one after the other. */
static const char *time_of_day(u32 msr)
{
	u64 before = host_time(CLOCK_REALTIME), now, after, took;

	wall = (struct pvclock_wall_clock) {};
	wrmsr(msr, (u64)&wall);
	now = wall.sec * SECOND + wall.nsec + pvclock_read(&kvmclocks[this_cpu()->index]);
	after = host_time(CLOCK_REALTIME);
	took = after - before;
	note("%lu ns, then %lu ns, then %lu ns", before, now, after);
	return place(before - took, now, after + took);
}

/* Does KVM leave the memory alone, while the VMM stops the vCPU? */
static const char *memory(u32 msr)
{
	wrmsr(msr, (u64)&wall);
	wall = (struct pvclock_wall_clock) {};
	check_extension(KVM_CAP_USER_MEMORY);
	return kept(!wall.version && !wall.sec && !wall.nsec);
}

static void observe_clocks(void)
{
	observe("rate", rate());
	observe("half-tsc.rate", rate_at_half_tsc());
	observe("time-of-day.new", time_of_day(MSR_KVM_WALL_CLOCK_NEW));
	observe("time-of-day.old", time_of_day(MSR_KVM_WALL_CLOCK));
	observe("memory.new", memory(MSR_KVM_WALL_CLOCK_NEW));
	observe("memory.old", memory(MSR_KVM_WALL_CLOCK));
}

void guest_main(void)
{
	struct kvm_clock_data hour = { .clock = 3600 * SECOND };

	wait_for_cpus(2);
	kvmclock_begin(0);
	kvmclock_begin(1);
	on_each_vcpu(observe_clocks);
	vm_ioctl(KVM_SET_CLOCK, &hour);
	SCOPE("clock-set");
	on_each_vcpu(observe_clocks);
}
