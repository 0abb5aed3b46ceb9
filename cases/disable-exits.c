// SPDX-License-Identifier: GPL-2.0-only
/*
 * HLT, IA32_APERF and IA32_MPERF without an exit - api.rst 7.13
 *
 * By default, KVM deschedules a vCPU that executes HLT, and its state is KVM_MP_STATE_HALTED.
 * With HLT exits disabled, the CPU itself halts, and to KVM the vCPU keeps running.  For the
 * guest nothing changes: an interrupt ends the HLT.
 *
 * IA32_APERF and IA32_MPERF count while the CPU is in C0; the ratio of their deltas is that of its
 * actual frequency to the TSC's.  KVM does not emulate them: RDMSR raises #GP, and CPUID.6:ECX[0]
 * is 0.  With KVM_X86_DISABLE_EXITS_APERFMPERF, a guest reads the host CPU's, but cannot write
 * them, and CPUID stays as it is unless the VMM changes it.  Two reads may be on two CPUs of the
 * host, so try several times.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

#define DISABLE_EXITS(exits)	\
	.enable = {{ "KVM_CAP_X86_DISABLE_EXITS", KVM_CAP_X86_DISABLE_EXITS, exits, 1, 0 }}

CASE("disable-exits", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("hlt", DISABLE_EXITS(KVM_X86_DISABLE_EXITS_HLT));
VARIANT("aperfmperf", DISABLE_EXITS(KVM_X86_DISABLE_EXITS_APERFMPERF));

#define APERFMPERF_BIT	BIT(0)
#define ROUNDS		20
#define PATIENCE	500000000	/* nanoseconds */

static volatile u32 waiting, enough;

/* Where the CPU itself halts, a host call on this vCPU may also end the HLT: halt again. */
static void wait(void *unused)
{
	(void)unused;
	waiting = 1;
	while (!enough)
		wait_for_irq();
	waiting = 0;
	apic_wake_all();
}

/* Return "halted" as soon as the vCPU is halted; "runnable" if it is runnable in each round. */
static const char *mp_state_name(u32 index)
{
	for (u32 i = 0; i < ROUNDS; i++) {
		s64 state = mp_state(index);

		if (state < 0)
			return UNSEEN_GUEST "no host";
		if (state == KVM_MP_STATE_HALTED)
			return "halted";
		if (state != KVM_MP_STATE_RUNNABLE)
			return "another";
		wait_in_host();	/* the vCPU needs time to reach its HLT */
	}
	return "runnable";
}

/* Return "counts" if a read returns more than the one before. */
static const char *progress(u32 msr)
{
	for (u32 i = 0; i < ROUNDS; i++) {
		u64 before = rdmsr(msr);

		if (rdmsr(msr) > before)
			return "counts";
	}
	return "stands-still";
}

static void observe_counter(const char *name, u32 msr)
{
	u64 unused;
	int vector = rdmsr_safe(msr, &unused);

	SCOPE(name);
	observe("read", fault_name(vector));
	observe("write", fault_name(wrmsr_safe(msr, 0)));
	if (!vector)
		observe("progress", progress(msr));
}

static void observe_counters(void)
{
	observef("cpuid.aperfmperf = %u", !!(cpuid(6, 0).ecx & APERFMPERF_BIT));
	observe_counter("aperf", MSR_IA32_APERF);
	observe_counter("mperf", MSR_IA32_MPERF);
}

static void observe_hlt(void)
{
	call_begin(1, wait, NULL);
	while (!waiting)
		cpu_relax();
	observe("hlt.mp-state", mp_state_name(1));
	enough = 1;
	apic_wake_all();
	observe("hlt.then", wait_for_change(&waiting, 1, PATIENCE) ? "runs" : "waits");
	call_end(1);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_counters);
	observe_hlt();
}
