// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's clocks and its account of stolen time - msr.rst
 *
 * KVM writes a TSC value and the time at that value, and the guest adds what the TSC has
 * counted since.  An even version says that all fields belong together.  The same is true of
 * the wall clock, which KVM writes once for each write to its MSR, and of stolen time, in
 * which the host ran something else.  If a flag of the clock says so, the time never goes
 * backwards from one vCPU to another.
 */
#include "case.h"
#include "host.h"
#include "pvclock.h"

CASE("kvmclock", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define ROUNDS		20
#define YEAR_2020	1577836800u

static volatile struct pvclock_wall_clock wall __attribute__((aligned(64)));
static volatile struct kvm_steal_time steals[2] __attribute__((aligned(64)));

/* The version is 0 until KVM writes the structure. */
static const char *version_name(u32 version)
{
	return !version ? "not-written" : version & 1 ? "odd" : "even";
}

static const char *direction(volatile struct pvclock_vcpu_time_info *time)
{
	u64 before = pvclock_read(time), first = before;
	u32 version = time->version;

	for (u32 i = 0; i < ROUNDS; i++) {
		u64 now = pvclock_read(time);

		/* Without this bit, the clock may jump when the vCPU moves to another host CPU. */
		if (version != time->version && !(time->flags & PVCLOCK_TSC_STABLE_BIT)) {
			version = time->version;
			first = before = now = pvclock_read(time);
			i = 0;
		}
		if (now < before)
			return "backwards";
		before = now;
	}
	return before > first ? "forwards" : "stands-still";
}

/* Each vCPU has a clock of its own. */
static void observe_clock(const char *name, u32 msr)
{
	volatile struct pvclock_vcpu_time_info *time = &kvmclocks[this_cpu()->index];

	*time = (struct pvclock_vcpu_time_info) {};
	wrmsr(msr, (u64)time | 1);
	enter_again();
	observef("%s.version = %s", name, version_name(time->version));
	observef("%s.time = %s", name, direction(time));
	observef("%s.msr = %s", name, kept(rdmsr(msr) == ((u64)time | 1)));
	wrmsr(msr, 0);
	*time = (struct pvclock_vcpu_time_info) {};
	enter_again();
	observef("%s.off.version = %s", name, version_name(time->version));
}

static void observe_wall_clock(const char *name, u32 msr)
{
	u32 version;

	wall = (struct pvclock_wall_clock) {};
	wrmsr(msr, (u64)&wall);
	observef("%s.version = %s", name, version_name(wall.version));
	observef("%s.time = %s", name,
		 wall.sec > YEAR_2020 && wall.nsec < 1000000000 ? "sane" : "wrong");
	version = wall.version;
	wrmsr(msr, (u64)&wall);
	observef("%s.again.version = %s", name,
		 wall.version == version ? "the-same" : version_name(wall.version));
}

static void observe_steal_time(void)
{
	volatile struct kvm_steal_time *steal = &steals[this_cpu()->index];
	u32 reserved = 0;

	wrmsr(MSR_KVM_STEAL_TIME, (u64)steal | 1);
	enter_again();
	for (u32 i = 0; i < ARRAY_SIZE(steal->pad); i++)
		reserved |= steal->pad[i];
	observe("steal.version", version_name(steal->version));
	observef("steal.flags = 0x%x", steal->flags);
	observef("steal.preempted = %u", (u32)steal->preempted);
	observef("steal.reserved = 0x%x", reserved);
	wrmsr(MSR_KVM_STEAL_TIME, 0);
}

static void observe_vcpu(void)
{
	observe_clock("old", MSR_KVM_SYSTEM_TIME);
	observe_clock("new", MSR_KVM_SYSTEM_TIME_NEW);
	observe_wall_clock("wall-clock-old", MSR_KVM_WALL_CLOCK);
	observe_wall_clock("wall-clock-new", MSR_KVM_WALL_CLOCK_NEW);
	observe_steal_time();
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_vcpu);
	kvmclock_begin(0);
	kvmclock_begin(1);
	observe("between-vcpus.time", kvmclock_between_vcpus());
}
