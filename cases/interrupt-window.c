// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of a PIC that the VMM emulates - api.rst 4.16, and 5
 *
 * A PIC gives the CPU a vector when the CPU can take an interrupt; a local APIC lets that pass at
 * LINT0, if software has set this pin to ExtINT.  If the VMM emulates the PIC, it asks KVM to exit
 * as soon as the guest can take an interrupt (the window is open), and then gives KVM the vector
 * by KVM_INTERRUPT.  kvm_run's ready_for_interrupt_injection says whether the window is open.
 *
 * The window is closed while RFLAGS.IF is 0, while LINT0 is masked, while KVM still has the
 * vector of another KVM_INTERRUPT, and while KVM has an event to deliver first.  An interrupt that
 * is pending in the local APIC does not close it.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

CASE("interrupt-window", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1, .time_limit_ms = 2000);
VARIANT("split", .irqchip = IRQCHIP_SPLIT, ENABLE(KVM_CAP_EXCEPTION_PAYLOAD, 1));
VARIANT("kernel");

#define VECTOR_APIC	0x2c
#define VECTOR_PIC	0x2d
#define NR_VECTORS_OF_A_CPU	256

static u32 taken;

static void take(struct exception *e)
{
	taken++;
	if (e->vector == VECTOR_APIC)
		apic_eoi();
}

static const char *queue(u32 vector)
{
	struct kvm_interrupt interrupt = { .irq = vector };

	return host_result(vcpu_ioctl(this_cpu()->index, KVM_INTERRUPT, &interrupt));
}

/* Let interrupts come without an exit, after which KVM might look for them again. */
static void settle(void)
{
	for (u32 i = 0; i < 1000; i++)
		pause();
}

static void take_all(void)
{
	irq_enable();
	settle();
	irq_disable();
}

/* Return whether KVM accepts the vector: it refuses all if it has the PIC. */
static bool observe_queue(void)
{
	const char *result;

	SCOPE("queue");
	taken = 0;
	observe("vector-256", queue(NR_VECTORS_OF_A_CPU));
	result = queue(VECTOR_PIC);
	observe("first", result);
	observe("second", queue(VECTOR_PIC));
	settle();
	observef("off.interrupts = %u", taken);
	take_all();
	observef("on.interrupts = %u", taken);
	observe("third", queue(VECTOR_PIC));
	take_all();
	observef("again.interrupts = %u", taken);
	return result == host_result(0);
}

/*
 * Ask for an exit when the window opens; queue an interrupt at that exit.  The APIC's interrupt, if
 * @ipi, is pending before the window opens.
 */
static void observe_window(const char *scope, bool ipi)
{
	static struct kvm_interrupt interrupt = { .irq = VECTOR_PIC };
	struct host_call *call = &mailbox.call[this_cpu()->index];
	struct vmm_exit e;
	u64 closed, opened;

	SCOPE(scope);
	taken = 0;
	if (ipi)
		apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | APIC_DEST_SELF | VECTOR_APIC, 0);
	vmm_next(VMM_AWAITS_WINDOW);
	*call = (struct host_call) {
		.target = TARGET_VCPU, .vcpu = this_cpu()->index, .nr = 1, .at_exit = 1,
		.step = { STEP(KVM_INTERRUPT, &interrupt) },
	};
	asm volatile("lea 1f(%%rip), %0\n"
		     "lea 2f(%%rip), %1\n"
		     "1: sti\n"
		     "nop\n"
		     "2: nop" : "=&r"(closed), "=&r"(opened) :: "memory");
	take_all();
	call->at_exit = 0;
	e = vmm_exit();
	observe("exit", !e.count ? "none" : e.count > 1 ? "several" :
		e.reason != KVM_EXIT_IRQ_WINDOW_OPEN ? "another" : e.rip <= closed ? "early" :
		e.rip > opened ? "late" : "when-open");
	observef("interrupts = %u", taken);
}

/* Observe HOST_READY with @events, and then restore the state without them. */
static void observe_ready_with(const char *key, const struct kvm_vcpu_events *events)
{
	struct kvm_vcpu_events without;
	u64 ready = 0;
	s64 ret;

	ret = HOST_CALL(TARGET_VCPU, this_cpu()->index, STEP(KVM_GET_VCPU_EVENTS, &without),
			STEP(KVM_SET_VCPU_EVENTS, events), STEP(HOST_READY, &ready),
			STEP(KVM_SET_VCPU_EVENTS, &without));
	observe(key, ret ? host_result(ret) : ready ? "ready" : "not-ready");
}

static void observe_ready(const char *key)
{
	u64 ready = 0;

	HOST_CALL(TARGET_VCPU, this_cpu()->index, STEP(HOST_READY, &ready));
	observe(key, ready ? "ready" : "not-ready");
}

static struct kvm_vcpu_events events(void)
{
	struct kvm_vcpu_events e = {};

	vcpu_ioctl(this_cpu()->index, KVM_GET_VCPU_EVENTS, &e);
	e.exception.nr = X86_TRAP_UD;
	e.interrupt.nr = VECTOR_PIC;
	return e;
}

static void observe_ready_with_events(void)
{
	struct kvm_vcpu_events e = events();

	e.exception.injected = 1;
	observe_ready_with("exception", &e);
	e = events();
	e.exception.pending = 1;
	observe_ready_with("pending-exception", &e);
	e = events();
	e.interrupt.injected = 1;
	observe_ready_with("interrupt", &e);
	e = events();
	e.nmi.injected = 1;
	observe_ready_with("nmi", &e);
}

static void observe_readiness(void)
{
	SCOPE("ready");
	observe_ready("if-0");
	irq_enable();
	observe_ready("if-1");
	observe_ready_with_events();
	observe_ready("if-1.again");
	irq_disable();
	apic_write(APIC_LVT0, APIC_DM_EXTINT | APIC_LVT_MASKED);
	irq_enable();
	observe_ready("lint0-masked");
	irq_disable();
	apic_write(APIC_LVT0, APIC_DM_EXTINT);
}

static void observe_vcpu(void)
{
	apic_write(APIC_LVT0, APIC_DM_EXTINT);
	if (!observe_queue())
		return;
	observe_window("window", false);
	observe_window("window.ipi", true);
	observe_readiness();
}

void guest_main(void)
{
	set_handler(VECTOR_APIC, take);
	set_handler(VECTOR_PIC, take);
	wait_for_cpus(2);
	on_each_vcpu(observe_vcpu);
}
