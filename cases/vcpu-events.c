// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_VCPU_EVENTS and error codes - errata.rst, "KVM_SET_VCPU_EVENTS issue"
 *
 * Some exceptions push an error code, and on a CPU this depends on the vector only: #GP always
 * does, #UD never does.  A VMM that injects an exception also says whether it has an error
 * code, and KVM_SET_VCPU_EVENTS trusts the VMM.
 *
 * AMD CPUs inject whatever they are told.  Intel CPUs older than CET check the error code, and
 * fail the VM entry: KVM_EXIT_FAIL_ENTRY, reason 7.
 *
 * The handler's stack shows whether there is an error code: the CPU aligns the stack to 16
 * bytes and pushes five words, so with the error code as a sixth word it is aligned again.
 * The case also observes what KVM gives the CPU.
 */
#include "case.h"
#include "event.h"
#include "inject.h"

CASE("vcpu-events", .vcpus = 2);
VARIANT("default");

#define ERROR_CODE	0x18

static void observe_vector(u32 vector, bool has_error_code)
{
	struct injection i = {
		.vector = vector, .has_error_code = has_error_code, .error_code = ERROR_CODE,
	};

	observe_injection(&i);
	observef("vector-%u.%s.given = %s", vector, has_error_code ? "with" : "without",
		 given_event(&i));
}

static void observe_there(void)
{
	for (u32 i = 0; i < NR_RIGHT_AND_WRONG; i++)
		observe_vector(right_and_wrong[i].vector, right_and_wrong[i].has_error_code);
}

/* At CPL3 the doorbell works only if this KVM lets the guest use ports there, by IOPL. */
static const char *try_doorbell(void)
{
	mailbox.call[0] = (struct host_call) { .target = TARGET_VM };	/* without steps */
	return outl_safe(DOORBELL_PORT, RING_CALL) ?
	       UNSEEN_HOST "this KVM lets no guest at CPL3 use a port" : NULL;
}

static void observe_at_cpl3(void *argument)
{
	const struct injection *i = argument;
	const char *unseen = mailbox.host ? try_doorbell() : UNSEEN_GUEST "no host";

	SCOPE("cpl3");
	if (unseen)
		observef("vector-%u.%s = %s", i->vector,
			 i->has_error_code ? "with" : "without", unseen);
	else
		observe_injection(i);
}

/* Inject while an interrupt is pending; the guest has to take the interrupt afterwards. */
static void observe_beside_irq(const struct injection *i)
{
	SCOPE("beside-irq");
	event_send(EVENT_IPI, APIC_DM_FIXED | APIC_DEST_SELF, 0);
	observe_injection(i);
	take_pending();
	observef("vector-%u.%s.then = %s", i->vector, i->has_error_code ? "with" : "without",
		 apic_received(0, VECTOR_TEST) == 1 ? "taken" : "lost");
}

/* struct kvm_vcpu_events has 32 bits for the error code. */
static void observe_error_codes(void)
{
	static const u32 codes[] = { 0, 1, 0x8000, 0xffff, 0x10000, 0x80000000, 0xffffffff };

	for (u32 i = 0; i < ARRAY_SIZE(codes); i++) {
		struct injection gp = {
			.vector = X86_TRAP_GP, .has_error_code = true, .error_code = codes[i],
		};

		observef("error-code-0x%x = %s", codes[i], injected(&gp));
	}
}

void guest_main(void)
{
	wait_for_cpus(2);
	for (u32 vector = 0; vector < 32; vector++) {
		observe_vector(vector, true);
		observe_vector(vector, false);
	}
	observe_error_codes();
	on_vcpu(1, "there", observe_there);
	for (u32 i = 0; i < NR_RIGHT_AND_WRONG; i++) {
		user_call(observe_at_cpl3, (void *)&right_and_wrong[i]);
		observe_beside_irq(&right_and_wrong[i]);
	}
	observe("get", mailbox.host ? outcome_name(&get_events) : UNSEEN_GUEST "no host");
}
