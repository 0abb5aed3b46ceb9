// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_GET_CLOCK and KVM_SET_CLOCK - api.rst 4.29 and 4.30
 *
 * A VM has one kvmclock, and each vCPU computes it from its own TSC.  The VMM reads it before
 * a migration and sets it after that.  If the VMM also knows the host's time at which it has
 * read the clock, KVM adds the time since then.
 *
 * Each value that depends on time is enclosed by two that a host or guest has read before and
 * after it, so that a preempted vCPU only makes the interval longer.  A clock that has been
 * set must then show at least the value that was set, and at most the duration of the interval
 * more than that.
 */
#include "case.h"
#include "host.h"
#include "pvclock.h"

CASE("kvmclock-set", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define SECOND		1000000000ul
#define HOUR		(3600 * SECOND)
#define FLAGS		(KVM_CLOCK_TSC_STABLE | KVM_CLOCK_REALTIME | KVM_CLOCK_HOST_TSC)

static const char *place_if(u32 flag, u64 low, u64 value, u64 high)
{
	return flag ? place(low, value, high) :
		      UNSEEN_HOST "KVM_GET_CLOCK does not set the flag";
}

/*
 * See whether the clock of each vCPU goes on from @wanted, which it had after @before.
 * @took: how long KVM may have taken to set it
 */
static void observe_time(u64 before, u64 wanted, u64 took)
{
	static const char *const vcpus[] = { "here", "there" };

	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++) {
		u64 now = kvmclock_read(i), elapsed = host_time(CLOCK_MONOTONIC_RAW) - before;

		note("wanted %lu ns, got %lu ns, after %lu ns", wanted, now, elapsed);
		observef("%s.time = %s", vcpus[i],
			 place(wanted, now, wanted + LONGEST(elapsed + took)));
	}
	observe("between-vcpus", kvmclock_between_vcpus());
}

/*
 * With KVM_CLOCK_REALTIME, @data.realtime is relative to the host's time.  KVM reads two clocks
 * of the host, one after the other, and counts the time in between twice.
 */
static void observe_set(const char *key, struct kvm_clock_data data, u64 wanted)
{
	u64 before = host_time(CLOCK_MONOTONIC_RAW);

	SCOPE(key);
	if (data.flags & KVM_CLOCK_REALTIME)
		data.realtime += host_time(CLOCK_REALTIME);
	observe("set", host_result(vm_ioctl(KVM_SET_CLOCK, &data)));
	observe_time(before, wanted, host_time(CLOCK_MONOTONIC_RAW) - before);
}

/* The clock goes on if KVM refuses to set it. */
static void observe_unknown_flags(void)
{
	u64 before = host_time(CLOCK_MONOTONIC_RAW), clock = kvmclock_read(0);
	struct outcome o = {};

	SCOPE("unknown-flags");
	for (u32 bit = 0; bit < 32; bit++) {
		struct kvm_clock_data data = { .clock = 1, .flags = BIT(bit) };

		if (!(data.flags & FLAGS))
			outcome_add(&o, host_result(vm_ioctl(KVM_SET_CLOCK, &data)));
	}
	observe("set", outcome_name(&o));
	observe_time(before, clock, 0);
}

/* What KVM_GET_CLOCK returns is between two readings of the same clock. */
static void observe_get(const char *key)
{
	u64 real[2], clock[2], tsc[2];
	struct kvm_clock_data data = {};

	SCOPE(key);
	tsc[0] = host_tsc();
	real[0] = host_time(CLOCK_REALTIME);
	clock[0] = kvmclock_read(0);
	observe("result", host_result(vm_ioctl(KVM_GET_CLOCK, &data)));
	clock[1] = kvmclock_read(1);
	real[1] = host_time(CLOCK_REALTIME);
	tsc[1] = host_tsc();

	note("%lu ns, then %lu ns, then %lu ns", clock[0], (u64)data.clock, clock[1]);
	observef("flags = 0x%x", data.flags);
	observe("clock", place_if(data.flags & KVM_CLOCK_TSC_STABLE,
				  clock[0], data.clock, clock[1]));
	observe("realtime", place_if(data.flags & KVM_CLOCK_REALTIME,
				     real[0], data.realtime, real[1]));
	observe("host-tsc", place_if(data.flags & KVM_CLOCK_HOST_TSC,
				     tsc[0], data.host_tsc, tsc[1]));
}

void guest_main(void)
{
	u64 now;

	wait_for_cpus(2);
	kvmclock_begin(0);
	kvmclock_begin(1);
	observef("offered = 0x%lx", check_extension(KVM_CAP_ADJUST_CLOCK));
	observe_get("get");

	now = kvmclock_read(0);
	observe_set("forward", (struct kvm_clock_data) { .clock = now + HOUR }, now + HOUR);
	observe_get("forward.get");
	observe_unknown_flags();
	observe_set("back", (struct kvm_clock_data) { .clock = 0 }, 0);
	observe_get("back.get");
	observe_set("realtime", (struct kvm_clock_data) {
		.clock = now, .flags = KVM_CLOCK_REALTIME, .realtime = -HOUR,
	}, now + HOUR);
	observe_set("ignored-flags", (struct kvm_clock_data) {
		.clock = now, .flags = FLAGS & ~KVM_CLOCK_REALTIME, .realtime = 1, .host_tsc = 1,
	}, now);
}
