// SPDX-License-Identifier: GPL-2.0-only
#include "async_pf.h"

#include "apic.h"
#include "case.h"
#include "host.h"
#include "memory_type.h"
#include "nested.h"

volatile struct apf_data apf_data[2] __attribute__((aligned(64)));

static void access_page(void *context)
{
	struct touch *t = context;

	t->begun = 1;
	if (t->store)
		t->vector = store_safe(t->page, MEMORY_STORED);
	else
		t->vector = load_safe(t->page, &t->value);
}

static struct touch *nested_touch;

static void access_in_l2(void)
{
	irq_enable();
	access_page(nested_touch);
	irq_disable();
}

static void touch_in_l2(struct touch *t)
{
	struct nested_exit e;

	nested_touch = t;
	e = nested_run(access_in_l2, BIT(X86_TRAP_PF));
	if (e.vector) {
		t->vector = e.vector;
		t->cr2 = e.detail;
	}
	t->done = 1;
	apic_wake_all();
}

void touch(void *context)
{
	struct touch *t = context;

	if (t->nested) {
		touch_in_l2(t);
		return;
	}
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

/*
 * Runs on the other vCPU.  KVM reports an absent page to the guest before the fetch begins.  If
 * the page is being fetched already, KVM reports it as soon as it is touched.
 */
static void watch(void *context)
{
	struct touch *t = context;
	volatile u32 *taken = &cpus[t->index].received[VECTOR_TEST];
	enum awaited awaited = t->again ? AWAITED_FOR_VCPU : await_fault(t->page);
	u32 before;

	if (t->again) {
		while (!t->begun)
			cpu_relax();
		wait_for_change(&t->done, 0, BRIEFLY);
	}
	/* If the #PF does not come although KVM has said so, the access would wait forever. */
	if (apf_data[t->index].flags == 1 && wait_for_change(&t->done, 0, LONG))
		return;
	if (t->interrupt && awaited != AWAITED_BY_NOBODY) {
		before = *taken;
		apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR_TEST, cpus[t->index].id);
		t->interrupted = wait_for_change(taken, before, awaited == AWAITED_FOR_VCPU ? LONG : BRIEFLY) &&
				 !t->done;
	}
	t->waited = awaited != AWAITED_BY_NOBODY;
	give_memory(t->page, MEMORY_VALUE);
}

const char *touch_watched(struct touch *t)
{
	set_handler(VECTOR_TEST, take_test);
	call_begin(1, t->index ? touch : watch, t);
	if (t->index)
		watch(t);
	else
		touch(t);
	call_end(1);
	if (t->vector)
		return fault_name(t->vector);
	if (!t->waited || *t->page != (t->store ? MEMORY_STORED : MEMORY_VALUE))
		return "wrong";
	return t->store || t->value == MEMORY_VALUE ? "waits" : "wrong";
}

const char *touch_absent(struct touch *t)
{
	t->page = (volatile u64 *)fresh_page();
	take_memory(t->page);
	return touch_watched(t);
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

void wrmsr_on(u32 index, u32 msr, u64 value)
{
	struct msr_write w = { msr, value };

	call_on(index, write_msr, &w);
}

void apf_enable(u32 index, u64 bits)
{
	wrmsr_on(index, MSR_KVM_ASYNC_PF_INT, VECTOR_READY);
	wrmsr_on(index, MSR_KVM_ASYNC_PF_EN, (u64)&apf_data[index] | bits);
}

void apf_disable(u32 index)
{
	wrmsr_on(index, MSR_KVM_ASYNC_PF_EN, 0);
}

void apf_acknowledge(u32 index)
{
	apf_data[index].token = 0;
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

const char *apf_ready(u32 ns, const struct touch *t)
{
	static u32 seen[2];
	struct wait w = { seen[t->index], ns };
	u32 n, token;

	call_on(t->index, wait_for_ready, &w);
	n = cpus[t->index].received[VECTOR_READY] - w.seen;
	seen[t->index] += n;
	if (n != 1)
		return n ? "several" : "nothing";
	token = apf_data[t->index].token;
	return token == ALL ? "all" : token == t->cr2 ? "token" : "another-token";
}

const char *apf_told_ready(u32 ns, const struct touch *t)
{
	return t->vector ? apf_ready(ns, t) : "not-told";
}
