// SPDX-License-Identifier: GPL-2.0-only
#include "inject.h"
#include "svm.h"

void ring_and_catch(enum ring why);
extern const char caught[], caught_ud[];
extern volatile u64 caught_rsp, caught_word;
extern volatile u32 caught_by_ud;

#define TRIES			8

#define ERROR_CODE			0x18
#define VMX_ERROR_ENTRY_INVALID_CONTROL	7

#define EVENT_VECTOR(event)	((event) & 0xff)

/*
 * Do the prepared host call, and catch the exception that it injects; or the #UD by which the
 * harness replaces an exception that fails to enter.
 */
static void catch(u32 vector)
{
	u64 undefined = set_gate(X86_TRAP_UD, (u64)caught_ud);
	u64 gate = set_gate(vector, (u64)caught);

	ring_and_catch(RING_CALL);
	this_cpu()->excepted = true;
	set_gate(vector, gate);
	set_gate(X86_TRAP_UD, undefined);
}

struct kvm_vcpu_events events_with(u32 index, const struct injection *i)
{
	struct kvm_vcpu_events events = {};

	vcpu_ioctl(index, KVM_GET_VCPU_EVENTS, &events);
	events.exception.injected = !i->pending;
	events.exception.pending = i->pending;
	events.exception.nr = i->vector;
	events.exception.has_error_code = i->has_error_code;
	events.exception.error_code = i->error_code;
	events.exception_has_payload = i->has_payload;
	events.exception_payload = i->payload;
	if (i->pending)
		events.flags |= KVM_VCPUEVENT_VALID_PAYLOAD;
	return events;
}

/* Prepare a host call that sets @events for vCPU @index, then does @next. */
void put_events_call(u32 index, const struct kvm_vcpu_events *events, struct step next)
{
	mailbox.call[index] = (struct host_call) {
		.target = TARGET_VCPU, .vcpu = index, .nr = next.size ? 2 : 1,
		.step = { STEP(KVM_SET_VCPU_EVENTS, events), next },
	};
}

struct outcome get_events;

const struct injection right_and_wrong[NR_RIGHT_AND_WRONG] = {
	{ .vector = X86_TRAP_GP, .has_error_code = true, .error_code = ERROR_CODE },
	{ .vector = X86_TRAP_GP },
	{ .vector = X86_TRAP_UD, .has_error_code = true, .error_code = ERROR_CODE },
	{ .vector = X86_TRAP_UD },
};

struct result {
	s64 ret;			/* the ioctl's; -EIO if the VM entry failed */
	bool got_it;			/* KVM_GET_VCPU_EVENTS returns vector and error code */
	bool came;			/* an exception came */
	bool is_ud;			/* it came through the gate of #UD */
	bool has_word;			/* it pushed a sixth quadword, the error code */
	u64 word;
};

static struct result inject(const struct injection *i)
{
	u32 index = this_cpu()->index;
	struct kvm_vcpu_events events = events_with(index, i), got = {};
	const struct host_call *call = &mailbox.call[index];

	put_events_call(index, &events, (struct step) STEP(KVM_GET_VCPU_EVENTS, &got));
	catch(i->vector);
	return (struct result) {
		.ret = call->ret, .came = caught_rsp != 0,
		.got_it = got.exception.nr == i->vector &&
			  got.exception.has_error_code == i->has_error_code &&
			  got.exception.error_code == i->error_code,
		.is_ud = caught_by_ud, .has_word = !(caught_rsp & 8), .word = caught_word,
	};
}

/*
 * If KVM has to reschedule instead of entering the guest, it cancels an injection
 * and repeats it later, but never a #VC (svm_complete_interrupts()).
 */
static bool may_be_lost(u32 vector)
{
	return vector == X86_TRAP_VC;
}

static struct result inject_until_it_comes(const struct injection *i)
{
	struct result r = inject(i);

	for (u32 n = 1; n < TRIES && !r.ret && !r.came && may_be_lost(i->vector); n++)
		r = inject(i);
	if ((!r.ret || r.ret == -EIO) && outcome_add(&get_events, r.got_it ? "as-set" : "otherwise"))
		note("of vector %u KVM_GET_VCPU_EVENTS says otherwise", i->vector);
	return r;
}

const char *failed_entry(u32 index)
{
	const struct host_call *call = &mailbox.call[index];

	if (call->ret != -EIO)
		return NULL;
	return call->failure_reason == VMX_ERROR_ENTRY_INVALID_CONTROL ? "fail-entry-7" : "fail-entry";
}

const char *injected(const struct injection *i)
{
	struct result r;

	if (!mailbox.host)
		return UNSEEN_GUEST "no host";
	r = inject_until_it_comes(i);
	if (r.ret == -EIO)
		return failed_entry(this_cpu()->index);
	if (r.ret)
		return "rejected";
	if (!r.came)
		return "lost";
	if (r.is_ud && i->vector != X86_TRAP_UD)
		return "wrong-vector";
	if (!r.has_word)
		return "no-error-code";
	/* If no error code was set, KVM has made the word up. */
	return r.word == i->error_code || !i->has_error_code ? "error-code" : "wrong-error-code";
}

void observe_injection(const struct injection *i)
{
	observef("vector-%u.%s = %s", i->vector, i->has_error_code ? "with" : "without", injected(i));
}

static bool is_given(u64 event, u32 vector)
{
	return event & EVENT_VALID && EVENT_VECTOR(event) == vector;
}

const char *given_event(const struct injection *injection)
{
	u32 index = this_cpu()->index;
	struct kvm_vcpu_events events;
	u64 event = 0;
	s64 ret = -EAGAIN;

	if (!mailbox.host)
		return UNSEEN_GUEST "no host";
	if (!mailbox.inspects)
		return mailbox.unseen;
	for (int i = 0; i < TRIES; i++) {
		events = events_with(index, injection);
		put_events_call(index, &events, (struct step) STEP(HOST_INSPECT_EVENT, &event));
		catch(injection->vector);
		ret = mailbox.call[index].ret;
		if (ret ? ret != -EAGAIN : !may_be_lost(injection->vector) ||
					   is_given(event, injection->vector))
			break;
	}
	if (ret == -EAGAIN)
		return UNSEEN_NOISE "other VMs fail to enter, too, each time";
	if (ret == -EPERM)
		return mailbox.unseen;
	if (ret)
		return "rejected";
	if (!is_given(event, injection->vector))
		return "other-event";
	return event & EVENT_HAS_ERROR_CODE ? "error-code" : "no-error-code";
}
