// SPDX-License-Identifier: GPL-2.0-only
/*
 * NMIs, interrupts and the APIC timer of a vCPU that its VMM stops - api.rst 4.31, 4.38, 4.57
 *
 * An interrupt can be pending (IRR), in service (ISR), or both, and what is in service holds
 * back its own priority class and those below until EOI (SDM 3A, "Interrupt Acceptance for
 * Fixed Interrupts").  An NMI handler holds back one more NMI until IRET.  The APIC timer counts
 * down, or waits for a TSC value.  After INIT, a CPU waits for a SIPI.  A VMM that saves a VM in
 * the middle has to save all of this.
 *
 * So here, each vCPU stops in the middle.  A stop is a host call; with --move, the vCPU
 * continues in a new VM (cases/vcpu-registers.c).
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "sipi.h"

CASE("vcpu-interrupts", .vcpus = 2);
VARIANT("default");

#define VECTOR_LOW		0x2c	/* of a lower priority class than VECTOR_HIGH */
#define VECTOR_HIGH		0x34
#define ISR_OF_HIGH		(APIC_ISR + VECTOR_HIGH / 32 * 0x10)
#define APIC_LVT_DEADLINE	BIT(18)
#define MSR_IA32_TSC_DEADLINE	0x6e0
#define CPUID_1_ECX_DEADLINE	BIT(24)

static void stop(void)
{
	check_extension(KVM_CAP_USER_MEMORY);
}

/* Let an event come that nothing holds back. */
static void settle(void)
{
	for (u32 i = 0; i < 100; i++)
		pause();
}

static u32 nmis, nmi_depth, nested_nmis;

static void send_nmi(void)
{
	apic_send(APIC_DM_NMI | APIC_INT_ASSERT, this_cpu()->id);
}

/* Until IRET, an NMI waits: one that came before the stop, and one that comes after it. */
static void take_nmi(struct exception *e)
{
	(void)e;
	nested_nmis += nmi_depth++;
	switch (++nmis) {
	case 1:
		send_nmi();
		stop();
		break;
	case 2:
		stop();
		send_nmi();
	}
	settle();
	nmi_depth--;
}

static void observe_nmis(void)
{
	nmis = nested_nmis = 0;
	send_nmi();
	for (u32 i = 0; i < 100 && nmis < 3; i++)
		settle();
	observef("nmi.taken = %u", nmis);
	observe("nmi.masked", nested_nmis ? "taken" : "waits");
}

static void count_nmi(struct exception *e)
{
	(void)e;
	nmis++;
}

/*
 * A CPU holds one NMI back, not more.  KVM has two pending while none is in its handler: it
 * injects one of them at once.
 */
static void observe_pending_nmis(void)
{
	static const u8 pending[] = { 1, 2, 3, 255 };
	u32 self = this_cpu()->index;

	set_handler(X86_TRAP_NMI, count_nmi);
	for (u32 i = 0; i < ARRAY_SIZE(pending); i++) {
		struct kvm_vcpu_events events;
		s64 ret = vcpu_ioctl(self, KVM_GET_VCPU_EVENTS, &events);

		events.flags |= KVM_VCPUEVENT_VALID_NMI_PENDING;
		events.nmi.pending = pending[i];
		nmis = 0;
		if (!ret)
			ret = vcpu_ioctl(self, KVM_SET_VCPU_EVENTS, &events);
		for (u32 patience = 0; patience < 100 && nmis < pending[i]; patience++)
			settle();
		if (ret)
			observef("nmi.pending-%u = %s", pending[i], host_result(ret));
		else
			observef("nmi.pending-%u = %u", pending[i], nmis);
	}
	set_handler(X86_TRAP_NMI, take_nmi);
}

static u32 highs, lows;
static bool held_back;

static void send_to_self(u8 vector)
{
	apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | APIC_DEST_SELF | vector, 0);
}

/* Until EOI, interrupts of the same and of lower priority classes wait. */
static void take_high(struct exception *e)
{
	(void)e;
	if (!highs++) {
		send_to_self(VECTOR_HIGH);
		send_to_self(VECTOR_LOW);
		stop();
		held_back = apic_read(ISR_OF_HIGH) & BIT(VECTOR_HIGH % 32);
		irq_enable();
		settle();
		irq_disable();
		held_back &= highs == 1 && !lows;
	}
	apic_eoi();
}

static void take_low(struct exception *e)
{
	(void)e;
	lows++;
	apic_eoi();
}

static void observe_interrupts(void)
{
	SCOPE("interrupt");
	highs = lows = 0;
	send_to_self(VECTOR_HIGH);
	for (u32 i = 0; i < 100 && !lows; i++)
		take_pending();
	observe("in-service", held_back ? "holds-back" : "lost");
	observef("pending.high = %u", highs - 1);
	observef("pending.low = %u", lows);
}

static void observe_deadline(void)
{
	u64 deadline = rdtsc() + BIT(40);

	if (!(cpuid(1, 0).ecx & CPUID_1_ECX_DEADLINE)) {
		observe("deadline", UNSEEN_HOST "this CPU has no TSC deadline");
		return;
	}
	apic_write(APIC_LVTT, APIC_LVT_MASKED | APIC_LVT_DEADLINE | VECTOR_TIMER);
	wrmsr(MSR_IA32_TSC_DEADLINE, deadline);
	stop();
	observe("deadline", kept(rdmsr(MSR_IA32_TSC_DEADLINE) == deadline));
	wrmsr(MSR_IA32_TSC_DEADLINE, 0);
}

/* The VMM sets a current count of 1, so that the timer expires in KVM_SET_LAPIC or soon after. */
static void observe_expiry(void)
{
	volatile u32 *taken = &this_cpu()->received[VECTOR_TIMER];
	u32 before = *taken;

	apic_write(APIC_LVTT, VECTOR_TIMER);
	apic_write(APIC_TDCR, APIC_TDR_DIV_1);
	apic_write(APIC_TMICT, ~0u);
	if (set_lapic(this_cpu()->index, APIC_TMCCT, 1) == -ENOSYS) {
		observe("expired.interrupts", UNSEEN_GUEST "no host");
		return;
	}
	irq_enable();
	for (u32 i = 0; i < 1000 && *taken == before; i++)
		settle();
	irq_disable();
	observef("expired.interrupts = %u", *taken - before);
	apic_write(APIC_TMICT, 0);
}

static void observe_timer(void)
{
	u32 lvtt = APIC_LVT_MASKED | VECTOR_TIMER, count;

	SCOPE("timer");
	apic_write(APIC_LVTT, lvtt);
	apic_write(APIC_TDCR, APIC_TDR_DIV_16);
	apic_write(APIC_TMICT, ~0u);
	count = apic_read(APIC_TMCCT);
	stop();
	observe("registers", kept(apic_read(APIC_LVTT) == lvtt && apic_read(APIC_TMICT) == ~0u &&
				  apic_read(APIC_TDCR) == APIC_TDR_DIV_16));
	observe("count", apic_read(APIC_TMCCT) - 1 < count ? "goes-on" : "wrong");
	apic_write(APIC_TMICT, 0);
	observe_deadline();
	observe_expiry();
	apic_write(APIC_LVTT, APIC_LVT_MASKED);
}

static void observe_all(void)
{
	observe_nmis();
	observe_pending_nmis();
	observe_interrupts();
	observe_timer();
}

/* Send the SIPI only after the stop.  The other vCPU then halts, until the end. */
static void observe_wait_for_sipi(void)
{
	u32 id = cpus[1].id;

	apic_send(APIC_DM_INIT | APIC_INT_ASSERT, id);
	stop();
	observe("sipi-after-init.receivers", sipi_receivers(2, APIC_DM_STARTUP, id));
}

void guest_main(void)
{
	set_handler(X86_TRAP_NMI, take_nmi);
	set_handler(VECTOR_HIGH, take_high);
	set_handler(VECTOR_LOW, take_low);
	wait_for_cpus(2);
	on_each_vcpu(observe_all);
	observe_wait_for_sipi();
}
