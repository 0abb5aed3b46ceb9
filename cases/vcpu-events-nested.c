// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exceptions of L2 and their payload - api.rst 7.17, KVM_CAP_EXCEPTION_PAYLOAD
 *
 * A #PF writes CR2, and a #DB writes DR6, when it is delivered.  If L1 intercepts the exception
 * of L2, it is not delivered: L1 gets the address, or on Intel the bits of DR6, with the VM exit,
 * and CR2 and DR6 stay as they are (SDM 3C, "Architectural State Before a VM Exit"; APM 2,
 * 15.12).  So while an exception is pending, KVM must keep what it will write: its payload.
 *
 * The VMM sets a pending exception while L2 runs, since L2 makes the host call itself; or L2
 * loads from an address that is not mapped.
 *
 * With KVM_CAP_X86_TRIPLE_FAULT_EVENT the VMM sets a triple fault in the same way.  One of L2
 * exits to L1, and not to the VMM.
 */
#include "case.h"
#include "inject.h"
#include "nested.h"

CASE("vcpu-events-nested", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("payload", ENABLE(KVM_CAP_EXCEPTION_PAYLOAD, 1));
VARIANT("triple-fault", ENABLE(KVM_CAP_X86_TRIPLE_FAULT_EVENT, 1));

#define ADDRESS		0xffff800012345678	/* of a #PF that the VMM sets */
#define CR2_BEFORE	0x1234
#define DR6_BEFORE	0xffff0ff0

static const struct injection pf = {
	.vector = X86_TRAP_PF, .has_error_code = true, .error_code = 2,
	.pending = true, .has_payload = true, .payload = ADDRESS,
};
static const struct injection db = {
	.vector = X86_TRAP_DB, .pending = true, .has_payload = true, .payload = DR6_BS,
};

static const struct injection *injection;
static struct kvm_vcpu_events events, got;

/* L2: KVM_SET_VCPU_EVENTS, then KVM_GET_VCPU_EVENTS, which sees the event pending. */
static void set_and_get(void)
{
	put_events_call(this_cpu()->index, &events, (struct step) STEP(KVM_GET_VCPU_EVENTS, &got));
	ring(RING_CALL);
}

static void inject(void)
{
	events = events_with(this_cpu()->index, injection);
	set_and_get();
}

static void inject_triple_fault(void)
{
	vcpu_ioctl(this_cpu()->index, KVM_GET_VCPU_EVENTS, &events);
	events.flags |= KVM_VCPUEVENT_VALID_TRIPLE_FAULT;
	events.triple_fault.pending = 1;
	set_and_get();
}

static void load_from_nowhere(void)
{
	u64 value;

	load_safe((volatile u64 *)NOWHERE, &value);
}

/* L2 has taken an exception. */
static struct {
	u32 vector;
	u64 cr2, dr6;
} taken;

static void take(struct exception *e)
{
	taken.vector = e->vector;
	taken.cr2 = read_cr2();
	taken.dr6 = read_dr6();
}

static const char *unseen;	/* why this vCPU runs no nested guest, or NULL */

static struct nested_exit run(void (*function)(void), const struct injection *i, u32 intercepted)
{
	injection = i;
	got = (struct kvm_vcpu_events) {};
	taken.vector = 0;
	write_cr2(CR2_BEFORE);
	write_dr6(DR6_BEFORE);
	return unseen ? (struct nested_exit) {} : nested_run(function, intercepted);
}

static void see(const char *key, const char *value)
{
	observe(key, unseen ? unseen : value);
}

static void see_registers(u64 cr2, u64 dr6)
{
	see("cr2", cr2 == CR2_BEFORE ? "untouched" : cr2 == ADDRESS || cr2 == NOWHERE ? "address" : "other");
	see("dr6", dr6 & DR6_BS ? "payload" : "untouched");
}

static const char *pending_name(const struct injection *i)
{
	return got.exception.pending && got.exception.nr == i->vector && got.exception_has_payload &&
	       got.exception_payload == i->payload ? "payload" : "none";
}

/* L1 intercepts the exception that the VMM sets. */
static void observe_intercepted(const char *scope, const struct injection *i)
{
	struct nested_exit e = run(inject, i, BIT(i->vector));

	SCOPE(scope);
	see("set", host_result(mailbox.call[this_cpu()->index].ret));
	see("get", pending_name(i));
	see("exit", e.why);
	see("detail", e.detail == i->payload ? "payload" : "other");
	see_registers(e.cr2, e.dr6);
}

/* L1 intercepts nothing: L2 takes the exception. */
static void observe_taken(const char *scope, const struct injection *i)
{
	struct nested_exit e = run(inject, i, 0);

	SCOPE(scope);
	see("exit", e.why);
	see("taken", fault_name(taken.vector));
	see_registers(taken.vector ? taken.cr2 : e.cr2, taken.vector ? taken.dr6 : e.dr6);
}

static void observe_load(void)
{
	struct nested_exit e = run(load_from_nowhere, &pf, BIT(X86_TRAP_PF));

	SCOPE("load");
	see("exit", e.why);
	see("detail", e.detail == NOWHERE ? "address" : "other");
	see_registers(e.cr2, e.dr6);
}

static void observe_triple_fault(void)
{
	struct nested_exit e = run(inject_triple_fault, &pf, 0);

	SCOPE("triple-fault");
	see("set", host_result(mailbox.call[this_cpu()->index].ret));
	see("get", !(got.flags & KVM_VCPUEVENT_VALID_TRIPLE_FAULT) ? "no-flag" :
	    got.triple_fault.pending ? "pending" : "none");
	see("exit", e.why);
}

static void observe_exceptions(void)
{
	unseen = nested_begin();
	set_handler(X86_TRAP_PF, take);
	set_handler(X86_TRAP_DB, take);
	observe_intercepted("pf.intercepted", &pf);
	observe_taken("pf.taken", &pf);
	observe_intercepted("db.intercepted", &db);
	observe_taken("db.taken", &db);
	set_handler(X86_TRAP_PF, NULL);
	set_handler(X86_TRAP_DB, NULL);
	observe_load();
	observe_triple_fault();
	if (!unseen)
		nested_end();
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_exceptions);
}
