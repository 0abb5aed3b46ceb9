// SPDX-License-Identifier: GPL-2.0-only
#include "case.h"

void ring_and_catch(enum ring why);
extern const char caught[], caught_ud[];
extern volatile u64 caught_rsp, caught_word;
extern volatile u32 caught_by_ud;

#define TRIES			8
#define LOST_TRIES		3

#define ERROR_CODE			0x18
#define VMX_ERROR_ENTRY_INVALID_CONTROL	7

#define EVENT_VECTOR(event)	((event) & 0xff)
#define EVENT_HAS_ERROR_CODE	BIT(11)
#define EVENT_VALID		BIT(31)

/* Whatever comes ends here; a #UD, too, which a host injects instead of what failed. */
static struct call *call_and_catch(enum service service, const struct injection *i)
{
	struct call *call = &mailbox.call[this_cpu()->index];
	u64 undefined = set_gate(X86_TRAP_UD, (u64)caught_ud);
	u64 gate = set_gate(i->vector, (u64)caught);

	*call = (struct call) {
		service, {
			i->vector, i->has_error_code, i->error_code,
			i->pending, i->has_payload, i->payload,
		}, 0,
	};
	ring_and_catch(RING_CALL);
	this_cpu()->excepted = true;
	set_gate(i->vector, gate);
	set_gate(X86_TRAP_UD, undefined);
	return call;
}

struct outcome get_events;

const struct injection right_and_wrong[NR_RIGHT_AND_WRONG] = {
	{ .vector = X86_TRAP_GP, .has_error_code = true, .error_code = ERROR_CODE },
	{ .vector = X86_TRAP_GP },
	{ .vector = X86_TRAP_UD, .has_error_code = true, .error_code = ERROR_CODE },
	{ .vector = X86_TRAP_UD },
};

struct result {
	s64 ret;			/* the ioctl's; -EIO where the VM entry failed, */
	u64 failure_reason;		/* and hardware_entry_failure_reason */
	bool got_it;			/* KVM_GET_VCPU_EVENTS then has vector and error code */
	bool came;			/* an exception, and */
	bool is_ud;			/* through the gate of #UD */
	bool has_word;			/* with a word more on the stack than five, the error code */
	u64 word;
};

static struct result inject(const struct injection *i)
{
	struct call *call = call_and_catch(SERVICE_INJECT_EXCEPTION, i);

	return (struct result) {
		.ret = call->ret, .failure_reason = call->arg[0], .came = caught_rsp != 0,
		.got_it = call->arg[1] == i->vector && call->arg[2] == i->has_error_code &&
			  call->arg[3] == i->error_code,
		.is_ud = caught_by_ud, .has_word = !(caught_rsp & 8), .word = caught_word,
	};
}

/*
 * Where KVM has to reschedule instead of entering the guest it takes an injection
 * back and repeats it, but never a #VC (svm_complete_interrupts()): lost is what
 * is lost each time.
 */
static struct result inject_until_it_comes(const struct injection *i)
{
	struct result r = {};

	for (u32 n = 0; n < LOST_TRIES; n++) {
		r = inject(i);
		if (r.ret || r.came)
			break;
	}
	if ((!r.ret || r.ret == -EIO) && outcome_add(&get_events, r.got_it ? "as-set" : "otherwise"))
		note("of vector %u KVM_GET_VCPU_EVENTS says otherwise", i->vector);
	return r;
}

const char *injected(const struct injection *i)
{
	struct result r;

	if (!mailbox.host)
		return UNSEEN_GUEST "no host";
	r = inject_until_it_comes(i);
	if (r.ret == -EIO)
		return r.failure_reason == VMX_ERROR_ENTRY_INVALID_CONTROL ? "fail-entry-7" : "fail-entry";
	if (r.ret)
		return "rejected";
	if (!r.came)
		return "lost";
	if (r.is_ud && i->vector != X86_TRAP_UD)
		return "wrong-vector";
	if (!r.has_word)
		return "no-error-code";
	/* Without an error code, whatever word is there has been made up. */
	return r.word == i->error_code || !i->has_error_code ? "error-code" : "wrong-error-code";
}

void observe_injection(const char *where, const struct injection *i)
{
	observef("%svector-%u.%s = %s", where, i->vector, i->has_error_code ? "with" : "without",
		 injected(i));
}

static bool is_given(u64 event, u32 vector)
{
	return event & EVENT_VALID && EVENT_VECTOR(event) == vector;
}

/* Here, too, a #VC is lost where KVM has to reschedule; what is lost each time is. */
const char *given_event(const struct injection *injection)
{
	struct call *call;
	u64 event;

	if (!mailbox.host)
		return UNSEEN_GUEST "no host";
	for (int i = 0; i < TRIES; i++) {
		call = call_and_catch(SERVICE_INSPECT_EXCEPTION, injection);
		if (call->ret ? call->ret != -EAGAIN : is_given(call->arg[0], injection->vector))
			break;
	}
	event = call->arg[0];
	if (call->ret == -EAGAIN)
		return UNSEEN_NOISE "other VMs fail to enter, too, each time";
	if (call->ret == -EPERM)
		return mailbox.unseen;
	if (call->ret)
		return "rejected";
	if (!is_given(event, injection->vector))
		return "other-event";
	return event & EVENT_HAS_ERROR_CODE ? "error-code" : "no-error-code";
}
