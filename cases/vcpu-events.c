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

CASE("vcpu-events", .vcpus = 2, .time_limit_ms = 5000);
VARIANT("default");

#define VMX_ERROR_ENTRY_INVALID_CONTROL	7
#define ERROR_CODE			0x18

/*
 * Where KVM has to reschedule instead of entering the guest it takes an injection
 * back and repeats it, but never a #VC (svm_complete_interrupts()): lost is what
 * is lost each time.
 */
#define TRIES				3

static const char *outcome(u32 vector, bool has_error_code, u32 error_code)
{
	struct injected i = {};

	for (u32 n = 0; n < TRIES; n++) {
		i = inject(vector, has_error_code, error_code);
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
	return i.word == error_code || !has_error_code ? "error-code" : "wrong-error-code";
}

static void observe_vector(const char *where, u32 vector, bool has_error_code)
{
	const char *no_host = mailbox.host ? NULL : UNSEEN_GUEST "no host";
	const char *key = has_error_code ? "with" : "without";

	observef("%svector-%u.%s = %s", where, vector, key,
		 no_host ? no_host : outcome(vector, has_error_code, ERROR_CODE));
	observef("%svector-%u.%s.given = %s", where, vector, key,
		 no_host ? no_host : given_event(vector, has_error_code, ERROR_CODE));
}

/* The other vCPU, with one that has an error code and one that has none. */
static void observe_there(void *unused)
{
	(void)unused;
	for (u32 i = 0; i < 4; i++)
		observe_vector("there.", i < 2 ? X86_TRAP_GP : X86_TRAP_UD, i % 2);
}

/* struct kvm_vcpu_events has 32 bits for it. */
static void observe_error_codes(void)
{
	static const u32 codes[] = { 0, 1, 0x8000, 0xffff, 0x10000, 0x80000000, 0xffffffff };

	for (u32 i = 0; i < ARRAY_SIZE(codes); i++)
		observef("error-code-0x%x = %s", codes[i], !mailbox.host ? UNSEEN_GUEST "no host" :
			 outcome(X86_TRAP_GP, true, codes[i]));
}

void guest_main(void)
{
	wait_for_cpus(2);
	for (u32 vector = 0; vector < 32; vector++) {
		observe_vector("", vector, true);
		observe_vector("", vector, false);
	}
	observe_error_codes();
	call_on(1, observe_there, NULL);
}
