// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frequency of the APIC timer - api.rst 7.35
 *
 * The APIC timer counts the cycles of a bus clock (SDM 3A, "APIC Timer").  In KVM's APIC a
 * cycle takes one nanosecond, unless the VMM sets another value.  The guest measures the
 * nanoseconds per count with kvmclock; in x2APIC mode, the count is an MSR.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "pvclock.h"

CASE("apic-bus-clock", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("40-ns", ENABLE(KVM_CAP_X86_APIC_BUS_CYCLES_NS, 40));

#define INTERVAL_NS	2000000
#define TOLERANCE(x)	((x) / 8)
#define LONG		0xffffffff
#define SAMPLES		5

/* The timer's count, kvmclock in the middle of the load that read it, and the load's duration. */
struct moment {
	u64 ns, count, spread;
};

static struct moment sample(void)
{
	volatile struct pvclock_vcpu_time_info *time = &kvmclocks[this_cpu()->index];
	u64 before = pvclock_read(time), count = apic_read(APIC_TMCCT);
	u64 spread = pvclock_read(time) - before;

	return (struct moment) { before + spread / 2, count, spread };
}

/* Return the sample with the least spread: the host may preempt this vCPU within a sample. */
static struct moment best_sample(void)
{
	struct moment best = sample();

	for (u32 i = 1; i < SAMPLES; i++) {
		struct moment m = sample();

		if (m.spread < best.spread)
			best = m;
	}
	return best;
}

/*
 * Return the picoseconds per bus cycle, or 0 if the timer does not count down from the value
 * written.  Measure until the samples' spread is negligible.
 */
static u64 ps_per_count(u32 divider, u32 divide_by)
{
	struct moment first, last;
	u64 ns;

	apic_write(APIC_TDCR, divider);
	apic_write(APIC_TMICT, LONG);
	first = best_sample();
	do {
		last = sample();
		ns = last.ns - first.ns;
	} while (last.ns < first.ns + INTERVAL_NS ||
		 TOLERANCE(ns) < first.spread + last.spread);
	apic_write(APIC_TMICT, 0);
	if (LONG - first.count > TOLERANCE(LONG) || first.count <= last.count)
		return 0;
	return ns * 1000 / divide_by / (first.count - last.count);
}

static void observe_bus(const char *key, u32 divider, u32 divide_by)
{
	static const u32 cycles[] = { 1, 40 };
	u64 ps = ps_per_count(divider, divide_by);

	for (u32 i = 0; i < ARRAY_SIZE(cycles); i++) {
		u64 wanted = cycles[i] * 1000;

		if (ps > wanted - TOLERANCE(wanted) && ps < wanted + TOLERANCE(wanted)) {
			observef("%s = %u-ns", key, cycles[i]);
			return;
		}
	}
	observef("%s = %lu-ps", key, ps);
}

static void observe_timer(void)
{
	kvmclock_begin(this_cpu()->index);
	observe_bus("cycle", APIC_TDR_DIV_1, 1);
	observe_bus("cycle.divided", APIC_TDR_DIV_16, 16);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_timer);
	apic_enable_x2apic();
	on_vcpu(0, "x2apic", observe_timer);
}
