// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that the host has to fetch - msr.rst, MSR_KVM_ASYNC_PF_EN
 *
 * Memory is there, to a CPU.  A VMM's may be swapped out, and KVM tells a guest that wants
 * to know: a #PF whose CR2 is a token, not an address, says that a page is not present, and
 * an interrupt says later that the page of this token is ready.  Meanwhile the guest does
 * something else.  Where it cannot be told, the vCPU waits; with interrupts on, it takes
 * them meanwhile.
 *
 * Here the other vCPU watches: it sees that somebody waits for a page, and lets the page
 * arrive when whoever touched it clearly does not go on.
 */
#include "case.h"

CASE("async-pf", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define VECTOR_READY	(VECTOR_TEST + 1)
#define VALUE		0x1122334455667788
#define STORED		0x99aabbccddeeff00
#define NOWHERE		BIT(39)		/* which the guest's page tables do not map */
#define ROUNDS		50
#define ALL		(~0u)		/* the token of all pages */

/* Nanoseconds for what should not come, for what may not, and for what should. */
#define BRIEFLY		2000000
#define A_WHILE		50000000
#define LONG		300000000

static volatile struct kvm_vcpu_pv_apf_data {
	u32 flags;
	u32 token;
	u8 pad[56];
} areas[2] __attribute__((aligned(64)));

/* One access of vCPU @index. */
struct touch {
	u32 index;
	bool cpl3, store, masked;	/* masked: with interrupts off */
	bool again;			/* the host fetches this page already */
	volatile u64 *page;
	volatile u32 done;
	bool waited, interrupted;	/* as the other vCPU has seen it */
	int vector;
	u64 value, cr2;
};

static void access_page(void *context)
{
	struct touch *t = context;

	if (t->store)
		t->vector = store_safe(t->page, STORED);
	else
		t->vector = load_safe(t->page, &t->value);
}

static void touch(void *context)
{
	struct touch *t = context;

	write_cr2(0);
	if (!t->masked)
		irq_enable();
	if (t->cpl3)
		user_call(access_page, t);
	else
		access_page(t);
	irq_disable();
	t->cr2 = read_cr2();
	t->done = 1;
	apic_wake_all();
}

static void take_test(struct exception *e)
{
	(void)e;
	this_cpu()->received[VECTOR_TEST]++;
	apic_eoi();
	apic_wake_all();
}

static void watch(void *context)
{
	struct touch *t = context;
	volatile u32 *taken = &cpus[t->index].received[VECTOR_TEST];
	bool awaited = t->again || await_fault(t->page);
	u32 before = *taken;

	if (wait_for_change(&t->done, 0, BRIEFLY))
		return;
	if (awaited && !t->masked) {
		apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR_TEST, cpus[t->index].id);
		t->interrupted = wait_for_change(taken, before, A_WHILE) && !t->done;
	}
	t->waited = awaited;
	give_memory(t->page, VALUE);
}

static const char *watched(struct touch *t)
{
	call_begin(1, t->index ? touch : watch, t);
	if (t->index)
		watch(t);
	else
		touch(t);
	call_end(1);
	if (t->vector)
		return fault_name(t->vector);
	if (!t->waited || *t->page != (t->store ? STORED : VALUE))
		return "wrong";
	return t->store || t->value == VALUE ? "waits" : "wrong";
}

static const char *touched(struct touch *t)
{
	t->page = (volatile u64 *)fresh_page();
	take_memory(t->page);
	return watched(t);
}

/* Call a function on the vCPU that is observed. */
static void on(u32 index, void (*function)(void *), void *argument)
{
	if (index)
		call_on(index, function, argument);
	else
		function(argument);
}

struct msr_write {
	u32 msr;
	u64 value;
};

static void write_msr(void *context)
{
	struct msr_write *w = context;

	wrmsr(w->msr, w->value);
}

static void wrmsr_on(u32 index, u32 msr, u64 value)
{
	struct msr_write w = { msr, value };

	on(index, write_msr, &w);
}

static void enable(u32 index, u64 bits)
{
	wrmsr_on(index, MSR_KVM_ASYNC_PF_INT, VECTOR_READY);
	wrmsr_on(index, MSR_KVM_ASYNC_PF_EN, (u64)&areas[index] | bits);
}

static void disable(u32 index)
{
	wrmsr_on(index, MSR_KVM_ASYNC_PF_EN, 0);
}

static void acknowledge(u32 index)
{
	areas[index].token = 0;
	wrmsr_on(index, MSR_KVM_ASYNC_PF_ACK, 1);
}

struct wait {
	u32 seen, ns;
};

static void wait_for_ready(void *context)
{
	struct wait *w = context;

	wait_for_change(&this_cpu()->received[VECTOR_READY], w->seen, w->ns);
}

/* What has been ready since this was last asked: of the page that was touched, or another. */
static const char *ready_within(u32 ns, const struct touch *t)
{
	static u32 seen[2];
	struct wait w = { seen[t->index], ns };
	u32 n, token;

	on(t->index, wait_for_ready, &w);
	n = cpus[t->index].received[VECTOR_READY] - w.seen;
	seen[t->index] += n;
	if (n != 1)
		return n ? "several" : "nothing";
	token = areas[t->index].token;
	return token == ALL ? "all" : token == t->cr2 ? "token" : "another-token";
}

/* The same, which says nothing of a page whose absence has not been told. */
static const char *told_ready_within(u32 ns, const struct touch *t)
{
	return t->vector ? ready_within(ns, t) : "not-told";
}

static void observe_waiting(const char *where, const char *what, struct touch t)
{
	observef("%s.%s = %s", where, what, touched(&t));
	if (!t.masked)
		observef("%s.%s.interrupt = %s", where, what, t.interrupted ? "taken" : "waits");
	observef("%s.%s.ready = %s", where, what, ready_within(BRIEFLY, &t));
}

static void observe_fault(const char *where, const char *what, const struct touch *t)
{
	observef("%s.%s.flags = 0x%x", where, what, areas[t->index].flags);
	observef("%s.%s.cr2 = %s", where, what,
		 !t->cr2 ? "none" : t->cr2 == (u64)t->page ? "address" : "token");
	areas[t->index].flags = 0;
}

static void observe_regular(const char *where, u32 index)
{
	struct touch t = { .index = index, .page = (volatile u64 *)NOWHERE };

	on(index, touch, &t);
	observef("%s.regular = %s", where, fault_name(t.vector));
	observe_fault(where, "regular", &t);
}

static void observe_told(const char *where, const char *what, struct touch t)
{
	u64 then = VALUE;

	observef("%s.%s = %s", where, what, touched(&t));
	observe_fault(where, what, &t);
	if (!t.vector && t.store)
		then = STORED;
	give_memory(t.page, VALUE);
	observef("%s.%s.ready = %s", where, what, told_ready_within(LONG, &t));
	t.store = false;
	on(t.index, access_page, &t);
	observef("%s.%s.then = %s", where, what, t.value == then ? "memory" : "wrong");
	acknowledge(t.index);
}

/* KVM answers with something ready, which is of no page. */
static void observe_enable(const char *where, const char *what, u32 index, u64 bits)
{
	const struct touch none = { .index = index };

	enable(index, bits);
	observef("%s.%s.ready = %s", where, what, ready_within(BRIEFLY, &none));
	acknowledge(index);
	observef("%s.%s.then = %s", where, what, ready_within(BRIEFLY, &none));
}

/* A page that is touched again while it is fetched; and one that is away once more. */
static void observe_again(const char *where, u32 index)
{
	struct touch first = { .index = index, .cpl3 = true }, again = first, retaken = first;

	touched(&first);
	areas[index].flags = 0;
	again.again = true;
	again.page = retaken.page = first.page;
	observef("%s.again = %s", where, first.vector ? watched(&again) : "not-told");
	observef("%s.again.interrupt = %s", where, again.interrupted ? "taken" : "waits");
	give_memory(first.page, VALUE);
	observef("%s.again.ready = %s", where, told_ready_within(LONG, &first));
	acknowledge(index);
	take_memory(retaken.page);
	observef("%s.retaken = %s", where, watched(&retaken));
	observef("%s.retaken.token = %s", where, retaken.cr2 == first.cr2 ? "the-same" : "another");
	areas[index].flags = 0;
	give_memory(retaken.page, VALUE);
	observef("%s.retaken.ready = %s", where, told_ready_within(LONG, &retaken));
	acknowledge(index);
}

/* Two pages at a time: the second is ready when the first has been seen to be. */
static void observe_queue(const char *where, u32 index)
{
	struct touch first = { .index = index, .cpl3 = true }, second = first;
	const char *what;

	touched(&first);
	what = areas[index].flags ? touched(&second) : "not-told";
	observef("%s.flags-set = %s", where, what);
	areas[index].flags = 0;
	give_memory(first.page, VALUE);
	observef("%s.queue.first = %s", where, told_ready_within(LONG, &first));
	give_memory(second.page, VALUE);
	wrmsr_on(index, MSR_KVM_ASYNC_PF_ACK, 1);
	observef("%s.queue.token-set = %s", where, told_ready_within(BRIEFLY, &second));
	acknowledge(index);
	observef("%s.queue.acknowledged = %s", where, told_ready_within(LONG, &second));
	acknowledge(index);
}

/* What waits for its turn when they are disabled. */
static void observe_disable(const char *where, u32 index, u64 bits)
{
	struct touch first = { .index = index, .cpl3 = true }, second = first;

	touched(&first);
	areas[index].flags = 0;
	touched(&second);
	areas[index].flags = 0;
	give_memory(first.page, VALUE);
	told_ready_within(LONG, &first);
	give_memory(second.page, VALUE);
	disable(index);
	areas[index].token = 0;
	observef("%s.disabled.ready = %s", where, told_ready_within(BRIEFLY, &second));
	observe_enable(where, "enabled-again", index, bits);
}

/* Without an APIC, whose timer does not run either, there is nothing to wait for in HLT. */
static void arrive_without_apic(void *context)
{
	struct touch *t = context;
	volatile u32 *received = &this_cpu()->received[VECTOR_READY];
	u32 before = *received;

	apic_write(APIC_SPIV, VECTOR_SPURIOUS);
	give_memory(t->page, VALUE);
	irq_enable();
	for (u32 i = 0; i < ROUNDS; i++)
		enter_again();
	irq_disable();
	t->interrupted = *received != before;
	apic_enable();
}

static void observe_apic(const char *where, u32 index)
{
	struct touch t = { .index = index, .cpl3 = true };

	touched(&t);
	areas[index].flags = 0;
	on(index, arrive_without_apic, &t);
	observef("%s.apic-off.ready = %s", where,
		 !t.vector ? "not-told" : t.interrupted ? "token" : "nothing");
	observef("%s.apic-on.ready = %s", where, told_ready_within(LONG, &t));
	acknowledge(index);
}

static volatile bool came;

static void take_vector_0(struct exception *e)
{
	(void)e;
	came = true;
	apic_eoi();
}

/* For who forgets to ask for another. */
static void observe_vector_0(const char *where, u32 index, u64 bits)
{
	const struct touch none = { .index = index };

	came = false;
	set_handler(0, take_vector_0);
	wrmsr_on(index, MSR_KVM_ASYNC_PF_INT, 0);
	wrmsr_on(index, MSR_KVM_ASYNC_PF_EN, (u64)&areas[index] | bits);
	ready_within(BRIEFLY, &none);
	observef("%s.vector-0 = %s", where,
		 areas[index].token != ALL ? "not-sent" : came ? "taken" : "never-taken");
	disable(index);
	set_handler(0, NULL);
}

static void observe_vcpu(const char *where, u32 index)
{
	const u64 user = KVM_ASYNC_PF_ENABLED | KVM_ASYNC_PF_DELIVERY_AS_INT;
	const u64 always = user | KVM_ASYNC_PF_SEND_ALWAYS;
	u32 elsewhere = cpus[!index].received[VECTOR_READY];

	observe_waiting(where, "off", (struct touch) { .index = index });
	observe_waiting(where, "off.cpl3", (struct touch) { .index = index, .cpl3 = true });
	observe_enable(where, "enabled", index, always);
	observe_told(where, "always", (struct touch) { .index = index });
	observe_told(where, "always.store", (struct touch) { .index = index, .store = true });
	observe_told(where, "always.cpl3", (struct touch) { .index = index, .cpl3 = true });
	observe_regular(where, index);
	observe_waiting(where, "masked", (struct touch) { .index = index, .masked = true });
	observe_again(where, index);
	observe_queue(where, index);
	observe_disable(where, index, always);
	observe_apic(where, index);
	observe_enable(where, "user.enabled", index, user);
	observe_waiting(where, "user", (struct touch) { .index = index });
	observe_told(where, "user.cpl3", (struct touch) { .index = index, .cpl3 = true });
	enable(index, always & ~KVM_ASYNC_PF_DELIVERY_AS_INT);
	observe_waiting(where, "no-interrupt", (struct touch) { .index = index, .cpl3 = true });
	disable(index);
	observe_waiting(where, "off-again", (struct touch) { .index = index, .cpl3 = true });
	observe_vector_0(where, index, always);
	take_pending();
	observef("%s.elsewhere = %u", where, cpus[!index].received[VECTOR_READY] - elsewhere);
}

void guest_main(void)
{
	wait_for_cpus(2);
	set_handler(VECTOR_TEST, take_test);
	observe_vcpu("here", 0);
	observe_vcpu("there", 1);
}
