// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_VCPU_EVENTS and error codes - errata.rst, "KVM_SET_VCPU_EVENTS issue"
 *
 * Some exceptions push an error code, and for a CPU it is fixed which: #GP
 * always, #UD never.  A VMM that injects one says itself whether it has one,
 * and KVM_SET_VCPU_EVENTS takes its word for it.
 *
 * AMD CPUs inject whatever they are told.  Intel CPUs before CET check, and
 * fail the VM entry: KVM_EXIT_FAIL_ENTRY, reason 7.
 *
 * The handler's stack tells: the CPU aligns it to 16 bytes and pushes five
 * words, so with a sixth, the error code, it is aligned again.  And what KVM has
 * given the CPU is seen beside it.
 */
#include "case.h"

CASE("vcpu-events", .vcpus = 1, .time_limit_ms = 5000);
VARIANT("default");

#define VMX_ERROR_ENTRY_INVALID_CONTROL	7
#define ERROR_CODE			0x18

/*
 * Where KVM has to reschedule instead of entering the guest it takes an injection
 * back and repeats it, but never a #VC (svm_complete_interrupts()): lost is what
 * is lost each time.
 */
#define TRIES				3

static const char *outcome(u32 vector, bool has_error_code)
{
	struct injected i = {};

	for (u32 n = 0; n < TRIES; n++) {
		i = inject(vector, has_error_code, ERROR_CODE);
		if (i.ret || i.came)
			break;
	}
	if (i.ret == -EIO)
		return i.failure_reason == VMX_ERROR_ENTRY_INVALID_CONTROL ? "fail-entry-7" : "fail-entry";
	if (i.ret)
		return "rejected";
	if (!i.came)
		return "lost";
	if (i.is_ud)
		return "wrong-vector";
	if (!i.has_word)
		return "no-error-code";
	/* Without an error code, whatever word is there has been made up. */
	return i.word == ERROR_CODE || !has_error_code ? "error-code" : "wrong-error-code";
}

static void observe_vector(u32 vector, const char *key, bool has_error_code)
{
	const char *no_host = mailbox.host ? NULL : UNSEEN_GUEST "no host";

	observef("vector-%u.%s = %s", vector, key, no_host ? no_host : outcome(vector, has_error_code));
	observef("vector-%u.%s.given = %s", vector, key,
		 no_host ? no_host : given_event(vector, has_error_code, ERROR_CODE));
}

void guest_main(void)
{
	for (u32 vector = 0; vector < 32; vector++) {
		observe_vector(vector, "with", true);
		observe_vector(vector, "without", false);
	}
}
