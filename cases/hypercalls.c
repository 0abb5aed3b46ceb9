// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hypercalls - hypercalls.rst
 *
 * A hypercall has its number in RAX, up to four arguments in RBX, RCX, RDX and RSI, and its
 * result in RAX; no other register changes.  KVM returns -KVM_ENOSYS for a number that it does
 * not know, and -KVM_EPERM for any number from CPL3.  KVM_HC_KICK_CPU wakes a vCPU that waits
 * in HLT, even with interrupts disabled.  KVM_HC_CLOCK_PAIRING returns the host's time and the
 * guest's TSC of the same instant: both are between what host and guest read before and after.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "pvclock.h"

CASE("hypercalls", .vcpus = 2, .hypercalls = 1, .only_kvm = 1);
VARIANT("default");

#define NS_A_SECOND	1000000000
#define FILL	0x23456789abcdul

struct hypercall {
	s64 ret;
	u64 arg[4];
	bool kept;
};

/*
 * Fill all registers, except two that the compiler needs, and see whether they keep their values.
 * Never inlined, so that CPL3 executes the VMCALL that KVM may have replaced at CPL0: see
 * hypercall-insn.c.
 */
static __attribute__((noinline)) void hypercall(void *context)
{
	struct hypercall *h = context;
	u64 rax = h->ret, rbx = h->arg[0], rcx = h->arg[1], rdx = h->arg[2], rsi = h->arg[3];
	u64 rdi = FILL;
	register u64 r8 asm("r8") = FILL, r9 asm("r9") = FILL, r10 asm("r10") = FILL;
	register u64 r11 asm("r11") = FILL, r12 asm("r12") = FILL, r13 asm("r13") = FILL;
	register u64 r14 asm("r14") = FILL;

	asm volatile("vmcall"
		     : "+a"(rax), "+b"(rbx), "+c"(rcx), "+d"(rdx), "+S"(rsi), "+D"(rdi),
		       "+r"(r8), "+r"(r9), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13), "+r"(r14)
		     :: "memory");
	h->ret = rax;
	h->kept = rbx == h->arg[0] && rcx == h->arg[1] && rdx == h->arg[2] && rsi == h->arg[3] &&
		  rdi == FILL && r8 == FILL && r9 == FILL && r10 == FILL && r11 == FILL &&
		  r12 == FILL && r13 == FILL && r14 == FILL;
}

static const char *result(s64 ret)
{
	return ret == -KVM_ENOSYS ? "ENOSYS" : ret == -KVM_EPERM ? "EPERM" :
	       ret == -KVM_EOPNOTSUPP ? "EOPNOTSUPP" : ret == 0 ? "0" : "another";
}

static struct {
	s64 sec, nsec;
	u64 tsc;
	u32 flags, pad[9];
} clock_pairing __attribute__((aligned(64)));

/* KVM refuses CLOCK_PAIRING on every host if the clock is not the wall clock. */
static const struct {
	const char *name;
	s64 nr;
	u64 arg[4];
} calls[] = {
	{ "unknown", 0x7fff, {} },
	{ "none", 0, {} },
	{ "negative", -1, {} },
	{ "mmu-op", KVM_HC_MMU_OP, {} },
	{ "map-gpa-range", KVM_HC_MAP_GPA_RANGE, { PAGE_BASE, 1 } },
	{ "vapic-poll-irq", KVM_HC_VAPIC_POLL_IRQ, {} },
	{ "sched-yield", KVM_HC_SCHED_YIELD, { 1 } },
	{ "sched-yield.nobody", KVM_HC_SCHED_YIELD, { 77 } },
	{ "kick-cpu.nobody", KVM_HC_KICK_CPU, { 0, 77 } },
	{ "clock-pairing.unknown-clock", KVM_HC_CLOCK_PAIRING, { (u64)&clock_pairing, 1 } },
};

static void observe_calls(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(calls); i++) {
		struct hypercall kernel = { .ret = calls[i].nr }, user = { .ret = calls[i].nr };

		for (u32 k = 0; k < ARRAY_SIZE(kernel.arg); k++)
			kernel.arg[k] = user.arg[k] = calls[i].arg[k];
		hypercall(&kernel);
		observef("%s = %s", calls[i].name, result(kernel.ret));
		observef("%s.registers = %s", calls[i].name, kept(kernel.kept));
		user_call(hypercall, &user);
		observef("%s.cpl3 = %s", calls[i].name, result(user.ret));
		observef("%s.cpl3.registers = %s", calls[i].name, kept(user.kept));
	}
}

static const char *place_if(bool succeeded, u64 low, u64 time, u64 high)
{
	return succeeded ? place(low, time, high) : UNSEEN_HOST "its clocksource is not the TSC";
}

static void observe_clock_pairing(void)
{
	struct hypercall h = {
		.ret = KVM_HC_CLOCK_PAIRING,
		.arg = { (u64)&clock_pairing, KVM_CLOCK_PAIRING_WALLCLOCK },
	};
	u64 before = host_time(CLOCK_REALTIME), first = rdtsc(), last, now;
	bool succeeded;

	clock_pairing.flags = 1;
	hypercall(&h);
	last = rdtsc();
	succeeded = !h.ret;
	now = clock_pairing.sec * NS_A_SECOND + clock_pairing.nsec;
	SCOPE("clock-pairing");
	observe("wall-clock", result(h.ret));
	observe("registers", kept(h.kept));
	observe("time", place_if(succeeded, before, now, host_time(CLOCK_REALTIME)));
	observe("tsc", place_if(succeeded, first, clock_pairing.tsc, last));
	if (succeeded)
		observef("flags = 0x%x", clock_pairing.flags);
	else
		observe("flags", UNSEEN_HOST "its clocksource is not the TSC");
}

#define PATIENCE	500000000	/* nanoseconds */

static volatile u32 halts, woken;

static void halt(void *unused)
{
	(void)unused;
	halts = 1;
	asm volatile("cli; hlt" ::: "memory");
	woken = 1;
	apic_wake_all();
}

static void observe_kick(void)
{
	struct hypercall h = { .ret = KVM_HC_KICK_CPU, .arg = { 0, cpus[1].id } };

	call_begin(1, halt, NULL);
	/* Wait for halt()'s HLT, not the HLT in which the vCPU waited for this call. */
	while (!halts)
		cpu_relax();
	while (mp_state(1) != KVM_MP_STATE_HALTED)
		wait_in_host();
	observe("kick-cpu.before", woken ? "runs" : "waits");
	hypercall(&h);
	observe("kick-cpu", result(h.ret));
	observe("kick-cpu.then", wait_for_change(&woken, 0, PATIENCE) ? "runs" : "waits");
	if (!woken)
		apic_send(APIC_DM_NMI | APIC_INT_ASSERT, cpus[1].id);
	call_end(1);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_calls);
	on_each_vcpu(observe_clock_pairing);
	observe_kick();
}
