// SPDX-License-Identifier: GPL-2.0-only
#include "case.h"

void ring_and_catch(enum ring why);
extern const char caught[], caught_ud[];
extern volatile u64 caught_rsp, caught_word;
extern volatile u32 caught_by_ud;

#define TRIES			8

#define EVENT_VECTOR(event)	((event) & 0xff)
#define EVENT_HAS_ERROR_CODE	BIT(11)
#define EVENT_VALID		BIT(31)

/* Whatever comes ends here; a #UD, too, which a host injects instead of what failed. */
static struct call *call_and_catch(enum service service, u32 vector, bool has_error_code,
				   u32 error_code)
{
	struct call *call = &mailbox.call[this_cpu()->index];
	u64 undefined = set_gate(X86_TRAP_UD, (u64)caught_ud);
	u64 gate = set_gate(vector, (u64)caught);

	*call = (struct call) { service, { vector, has_error_code, error_code }, 0 };
	ring_and_catch(RING_CALL);
	set_gate(vector, gate);
	set_gate(X86_TRAP_UD, undefined);
	return call;
}

struct injected inject(u32 vector, bool has_error_code, u32 error_code)
{
	struct call *call = call_and_catch(SERVICE_INJECT_EXCEPTION, vector, has_error_code,
					   error_code);

	return (struct injected) {
		.ret = call->ret, .failure_reason = call->arg[0], .came = caught_rsp != 0,
		.is_ud = caught_by_ud, .has_word = !(caught_rsp & 8), .word = caught_word,
	};
}

const char *given_event(u32 vector, bool has_error_code, u32 error_code)
{
	struct call *call;
	u64 event;

	for (int i = 0; i < TRIES; i++) {
		call = call_and_catch(SERVICE_INSPECT_EXCEPTION, vector, has_error_code, error_code);
		if (call->ret != -EAGAIN)
			break;
	}
	event = call->arg[0];
	if (call->ret == -EAGAIN)
		return UNSEEN_NOISE "other VMs fail to enter, too, each time";
	if (call->ret == -EPERM)
		return mailbox.unseen;
	if (call->ret)
		return "rejected";
	if (!(event & EVENT_VALID) || EVENT_VECTOR(event) != vector)
		return "other-event";
	return event & EVENT_HAS_ERROR_CODE ? "error-code" : "no-error-code";
}
