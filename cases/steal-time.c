// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stolen time: how much of it, and of which vCPU - msr.rst, MSR_KVM_STEAL_TIME
 *
 * A vCPU is a thread of the host.  While it waits for a CPU, the guest's clocks go on, but the
 * guest does not: it learns from kvm_steal_time how much time that was.  A vCPU that has halted
 * does not wait for a CPU, and loses nothing.
 *
 * The host's scheduler knows how long a thread has waited, so it encloses each reading: if KVM
 * is right, the stolen time grows by at least what the host has counted in between, and at most
 * by what it has counted around that.  To be preempted, a vCPU shares one CPU of the host with
 * the other vCPU, which spins.  Whichever of the two runs, the other one does not.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "pvclock.h"

CASE("steal-time", .vcpus = 2, .only_kvm = 1, .time_limit_ms = 20000);
VARIANT("default");

#define ENOUGH		2000000		/* nanoseconds */
#define MUCH		40000000
#define IDLE		10000000

static const char *const vcpus[] = { "here", "there" };
static volatile struct kvm_steal_time steals[2] __attribute__((aligned(64)));
static volatile u32 stop;

/* What the scheduler has counted before and after the vCPU read its stolen time. */
struct sample {
	u64 before, steal, after;
};

static struct {
	struct sample first, last;
	bool other_preempted;
} measured;
static volatile u8 preempted_while_running[2];

static struct sample sample(void)
{
	volatile struct kvm_steal_time *steal = &steals[this_cpu()->index];
	struct sample s = { .before = run_delay() };

	s.steal = steal->steal;
	s.after = run_delay();
	return s;
}

static void set_msr_of(u32 vcpu, u64 flag)
{
	set_msr(vcpu, MSR_KVM_STEAL_TIME, (u64)&steals[vcpu] | flag);
}

/*
 * Until stolen time matters more than the time that a reading takes, and the other vCPU was seen
 * preempted: KVM does not say so if it was not executing guest code at that moment.
 */
static void measure(void *other)
{
	u64 counted, unsure;

	measured.other_preempted = false;
	measured.first = sample();
	do {
		enter_again();
		measured.last = sample();
		counted = measured.last.before - measured.first.after;
		unsure = measured.last.after - measured.first.before - counted;
		measured.other_preempted |= steals[(u64)other].preempted;
	} while (measured.last.before < measured.first.after + ENOUGH || unsure > counted / 4 ||
		 (!measured.other_preempted && measured.last.before < measured.first.after + MUCH));
	stop = 1;
}

/* With interrupts on: in Bochs, a guest that has them off does not exit for the host's either. */
static void spin(void *unused)
{
	u32 me = this_cpu()->index;

	(void)unused;
	irq_enable();
	while (!stop)
		preempted_while_running[me] |= steals[me].preempted;
	irq_disable();
}

/* Run @function on a vCPU, while the other vCPU spins on the same CPU of the host. */
static void compete(u32 vcpu, void (*function)(void *))
{
	void *other = (void *)(u64)!vcpu;

	stop = 0;
	call_begin(1, vcpu ? function : spin, other);
	(vcpu ? spin : function)(other);
	call_end(1);
}

static const char *growth(void)
{
	const struct sample *first = &measured.first, *last = &measured.last;

	note("counted %lu ns, then %lu ns; stolen %lu ns", first->before, last->before,
	     last->steal - first->steal);
	return place(last->before - first->after, last->steal - first->steal,
		     last->after - first->before);
}

static void be_idle(void *unused)
{
	u32 never = 0;

	(void)unused;
	measured.first = sample();
	wait_for_change(&never, 0, IDLE);
	measured.last = sample();
}

static void observe_vcpu(u32 vcpu)
{
	u64 steal;

	SCOPE(vcpus[vcpu]);
	compete(vcpu, measure);
	observe("steal", growth());
	observe("other.preempted", measured.other_preempted ? "1" : "0");
	observef("other.running = %u", (u32)preempted_while_running[!vcpu]);
	call_on(vcpu, be_idle, NULL);
	observe("idle.steal", growth());

	set_msr_of(vcpu, 0);
	steal = steals[vcpu].steal;
	compete(vcpu, measure);
	observe("off.steal", kept(steals[vcpu].steal == steal));
	set_msr_of(vcpu, 1);
	compete(vcpu, measure);
	observe("again.steal", growth());
}

static void begin(void *unused)
{
	(void)unused;
	share_cpu();
	wrmsr(MSR_KVM_STEAL_TIME, (u64)&steals[this_cpu()->index] | 1);
	enter_again();
}

void guest_main(void)
{
	wait_for_cpus(2);
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++)
		call_on(i, begin, NULL);
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++)
		observe_vcpu(i);
}
