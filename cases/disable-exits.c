// SPDX-License-Identifier: GPL-2.0-only
/*
 * HLT without an exit - api.rst 7.13, KVM_X86_DISABLE_EXITS_HLT
 *
 * By default, KVM deschedules a vCPU that executes HLT, and its state is KVM_MP_STATE_HALTED.
 * With HLT exits disabled, the CPU itself halts, and to KVM the vCPU keeps running.  For the
 * guest nothing changes: an interrupt ends the HLT.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

CASE("disable-exits", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("hlt", ENABLE(KVM_CAP_X86_DISABLE_EXITS, KVM_X86_DISABLE_EXITS_HLT));

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

void guest_main(void)
{
	wait_for_cpus(2);
	call_begin(1, wait, NULL);
	while (!waiting)
		cpu_relax();
	observe("hlt.mp-state", mp_state_name(1));
	enough = 1;
	apic_wake_all();
	observe("hlt.then", wait_for_change(&waiting, 1, PATIENCE) ? "runs" : "waits");
	call_end(1);
}
