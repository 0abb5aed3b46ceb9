/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exceptions that the VMM injects by KVM_SET_VCPU_EVENTS.
 */
#ifndef GUEST_INJECT_H
#define GUEST_INJECT_H

#include "case.h"
#include "host.h"

struct injection {
	u32 vector;
	bool has_error_code;
	u32 error_code;
	bool pending;			/* not injected yet: KVM_CAP_EXCEPTION_PAYLOAD */
	bool has_payload;
	u64 payload;			/* CR2 of a #PF, the bits of DR6 of a #DB */
};

/*
 * injected() - inject an exception into this vCPU, and return what came: "error-code" on
 * the stack, "no-error-code", "wrong-error-code", "wrong-vector", "lost", "rejected" by the
 * ioctl, "fail-entry-7" for KVM_EXIT_FAIL_ENTRY with that reason, "fail-entry" with another;
 * or UNSEEN_GUEST without a host.
 * get_events - whether KVM_GET_VCPU_EVENTS has returned the vector and error code of all
 * injections that the ioctl accepted: "as-set" or "otherwise".
 */
const char *injected(const struct injection *i);
extern struct outcome get_events;

/* injected_in_real_mode() - the same for vCPU @index, which waits for a SIPI. */
const char *injected_in_real_mode(u32 index, const struct injection *i);

/*
 * failed_entry() - return "fail-entry-7" or "fail-entry" if the VM entry of vCPU @index has failed
 * after an injection; else NULL.
 */
const char *failed_entry(u32 index);

/*
 * given_event() - return what KVM would give the CPU for that injection: "error-code",
 * "no-error-code", "other-event", "rejected" by the ioctl, or UNSEEN_... with the reason.
 */
const char *given_event(const struct injection *i);

/* observe_injection() - observe injected() as "vector-N.with", an error code, or "...without". */
void observe_injection(const struct injection *i);

/*
 * events_with() - return KVM_GET_VCPU_EVENTS of vCPU @index, with exception @i added.
 * put_events_call() - prepare a host call, which is made when that vCPU rings RING_CALL:
 * KVM_SET_VCPU_EVENTS, then @next unless its size is 0.
 */
struct kvm_vcpu_events events_with(u32 index, const struct injection *i);
void put_events_call(u32 index, const struct kvm_vcpu_events *events, struct step next);

/* #GP, which has an error code by the architecture, and #UD, which has none: each both ways. */
#define NR_RIGHT_AND_WRONG	4
extern const struct injection right_and_wrong[NR_RIGHT_AND_WRONG];

#endif
