// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that the host has to fetch - msr.rst, MSR_KVM_ASYNC_PF_EN
 *
 * To a CPU, memory is always present.  A VMM's memory may be swapped out, and KVM can tell the
 * guest: a #PF whose CR2 is a token, not an address, says that a page is not present, and a
 * later interrupt says that the page with this token is ready.  Meanwhile the guest can do
 * something else.  If KVM cannot tell the guest, the vCPU waits for the page; with interrupts
 * enabled, it takes interrupts while it waits.
 *
 * Here the other vCPU watches: it sees that an access waits for the page, and lets the page
 * arrive if KVM has not told the guest.
 */
#include "apic.h"
#include "async_pf.h"
#include "case.h"
#include "host.h"

CASE("async-pf", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define ROUNDS		50

static void observe_waiting(const char *what, struct touch t)
{
	t.interrupt = !t.masked;
	observe(what, touch_absent(&t));
	if (t.interrupt)
		observef("%s.interrupt = %s", what, t.interrupted ? "taken" : "waits");
	observef("%s.ready = %s", what, apf_ready(BRIEFLY, &t));
}

static void observe_fault(const char *what, const struct touch *t)
{
	observef("%s.flags = 0x%x", what, apf_data[t->index].flags);
	observef("%s.cr2 = %s", what,
		 !t->cr2 ? "none" : t->cr2 == (u64)t->page ? "address" : "token");
	apf_data[t->index].flags = 0;
}

static void observe_regular(u32 index)
{
	struct touch t = { .index = index, .page = (volatile u64 *)NOWHERE };

	call_on(index, touch, &t);
	observe("regular", fault_name(t.vector));
	observe_fault("regular", &t);
}

static void observe_told(const char *what, struct touch t)
{
	u64 then = MEMORY_VALUE;

	observe(what, touch_absent(&t));
	observe_fault(what, &t);
	if (!t.vector && t.store)
		then = MEMORY_STORED;
	give_memory(t.page, MEMORY_VALUE);
	observef("%s.ready = %s", what, apf_told_ready(LONG, &t));
	t.store = false;
	call_on(t.index, touch, &t);
	observef("%s.then = %s", what, t.value == then ? "memory" : "wrong");
	apf_acknowledge(t.index);
}

/* When the guest enables APF, KVM sends a 'page ready' event for no page in particular. */
static void observe_enable(const char *what, u32 index, u64 bits)
{
	const struct touch none = { .index = index };

	apf_enable(index, bits);
	observef("%s.ready = %s", what, apf_ready(BRIEFLY, &none));
	apf_acknowledge(index);
	observef("%s.then = %s", what, apf_ready(BRIEFLY, &none));
}

/* Access a page again while the host fetches it; then take the page away a second time. */
static void observe_again(u32 index)
{
	struct touch first = { .index = index, .cpl3 = true }, again = first, retaken = first;

	touch_absent(&first);
	apf_data[index].flags = 0;
	again.again = again.interrupt = true;
	again.page = retaken.page = first.page;
	observe("again", first.vector ? touch_watched(&again) : "not-told");
	observe("again.interrupt", again.interrupted ? "taken" : "waits");
	give_memory(first.page, MEMORY_VALUE);
	observe("again.ready", apf_told_ready(LONG, &first));
	apf_acknowledge(index);
	take_memory(retaken.page);
	observe("retaken", touch_watched(&retaken));
	observe("retaken.token", retaken.cr2 == first.cr2 ? "the-same" : "another");
	apf_data[index].flags = 0;
	give_memory(retaken.page, MEMORY_VALUE);
	observe("retaken.ready", apf_told_ready(LONG, &retaken));
	apf_acknowledge(index);
}

/* Two absent pages: KVM reports the second as ready once the guest acknowledges the first. */
static void observe_queue(u32 index)
{
	struct touch first = { .index = index, .cpl3 = true }, second = first;

	touch_absent(&first);
	apf_data[index].flags = 3;	/* not the 1 that KVM would write */
	observe("flags-set", first.vector ? touch_absent(&second) : "not-told");
	apf_data[index].flags = 0;
	give_memory(first.page, MEMORY_VALUE);
	observe("queue.first", apf_told_ready(LONG, &first));
	give_memory(second.page, MEMORY_VALUE);
	wrmsr_on(index, MSR_KVM_ASYNC_PF_ACK, 1);
	observe("queue.token-set", apf_told_ready(BRIEFLY, &second));
	apf_acknowledge(index);
	observe("queue.acknowledged", apf_told_ready(LONG, &second));
	apf_acknowledge(index);
}

/* Disable APF while the 'page ready' event of the second page is queued. */
static void observe_disable(u32 index, u64 bits)
{
	struct touch first = { .index = index, .cpl3 = true }, second = first;

	touch_absent(&first);
	apf_data[index].flags = 0;
	touch_absent(&second);
	apf_data[index].flags = 0;
	give_memory(first.page, MEMORY_VALUE);
	apf_told_ready(LONG, &first);
	give_memory(second.page, MEMORY_VALUE);
	apf_disable(index);
	apf_data[index].token = 0;
	observe("disabled.ready", apf_told_ready(BRIEFLY, &second));
	observe_enable("enabled-again", index, bits);
}

/* Poll: with the APIC software-disabled, its timer does not run, and nothing would end a HLT. */
static void arrive_without_apic(void *context)
{
	struct touch *t = context;
	volatile u32 *received = &this_cpu()->received[VECTOR_READY];
	u32 before = *received;

	apic_write(APIC_SPIV, VECTOR_SPURIOUS);
	give_memory(t->page, MEMORY_VALUE);
	irq_enable();
	for (u32 i = 0; i < ROUNDS; i++)
		enter_again();
	irq_disable();
	t->interrupted = *received != before;
	apic_enable();
}

static void observe_apic(u32 index)
{
	struct touch t = { .index = index, .cpl3 = true };

	touch_absent(&t);
	apf_data[index].flags = 0;
	call_on(index, arrive_without_apic, &t);
	observe("apic-off.ready",
		!t.vector ? "not-told" : t.interrupted ? "token" : "nothing");
	observe("apic-on.ready", apf_told_ready(LONG, &t));
	apf_acknowledge(index);
}

static volatile bool came;

static void take_vector_0(struct exception *e)
{
	(void)e;
	came = true;
	apic_eoi();
}

/* Enable APF without setting the interrupt vector, which is then 0. */
static void observe_vector_0(u32 index, u64 bits)
{
	const struct touch none = { .index = index };

	came = false;
	set_handler(0, take_vector_0);
	wrmsr_on(index, MSR_KVM_ASYNC_PF_INT, 0);
	wrmsr_on(index, MSR_KVM_ASYNC_PF_EN, (u64)&apf_data[index] | bits);
	apf_ready(BRIEFLY, &none);
	observe("vector-0",
		apf_data[index].token != ALL ? "not-sent" : came ? "taken" : "never-taken");
	apf_disable(index);
	set_handler(0, NULL);
}

static void observe_vcpu(const char *scope, u32 index)
{
	const u64 user = KVM_ASYNC_PF_ENABLED | KVM_ASYNC_PF_DELIVERY_AS_INT;
	const u64 always = user | KVM_ASYNC_PF_SEND_ALWAYS;
	u32 elsewhere = cpus[!index].received[VECTOR_READY];

	SCOPE(scope);
	observe_waiting("off", (struct touch) { .index = index });
	observe_waiting("off.cpl3", (struct touch) { .index = index, .cpl3 = true });
	observe_enable("enabled", index, always);
	observe_told("always", (struct touch) { .index = index });
	observe_told("always.store", (struct touch) { .index = index, .store = true });
	observe_told("always.cpl3", (struct touch) { .index = index, .cpl3 = true });
	observe_regular(index);
	observe_waiting("masked", (struct touch) { .index = index, .masked = true });
	observe_again(index);
	observe_queue(index);
	observe_disable(index, always);
	observe_apic(index);
	observe_enable("user.enabled", index, user);
	observe_waiting("user", (struct touch) { .index = index });
	observe_told("user.cpl3", (struct touch) { .index = index, .cpl3 = true });
	apf_enable(index, always & ~KVM_ASYNC_PF_DELIVERY_AS_INT);
	observe_waiting("no-interrupt", (struct touch) { .index = index, .cpl3 = true });
	apf_disable(index);
	observe_vector_0(index, always);
	take_pending();
	observef("elsewhere = %u", cpus[!index].received[VECTOR_READY] - elsewhere);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_vcpu("here", 0);
	observe_vcpu("there", 1);
}
