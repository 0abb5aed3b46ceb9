// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_VCPU_EVENTS, pending and with payload - errata.rst, "KVM_SET_VCPU_EVENTS issue"
 *
 * With KVM_CAP_EXCEPTION_PAYLOAD, a VMM may set an exception that is pending but not injected
 * yet, with a payload for CR2 or DR6, which KVM writes when it injects the exception (api.rst,
 * 4.31 and 7.17); without the capability, KVM refuses that.  Here, too, KVM trusts the VMM
 * about the error code.
 */
#include "case.h"
#include "inject.h"

CASE("vcpu-events-pending", .vcpus = 2);
VARIANT("default");
VARIANT("payload", ENABLE(KVM_CAP_EXCEPTION_PAYLOAD, 1));

#define ADDRESS		0xffff800012345678	/* of a #PF */
#define ERROR_CODE	0x2

static void observe_all(void)
{
	struct injection pf = {
		.vector = X86_TRAP_PF, .has_error_code = true, .error_code = ERROR_CODE,
		.pending = true, .has_payload = true, .payload = ADDRESS,
	};
	struct injection db = {
		.vector = X86_TRAP_DB, .pending = true, .has_payload = true, .payload = DR6_BS,
	};

	for (u32 i = 0; i < NR_RIGHT_AND_WRONG; i++) {
		struct injection pending = right_and_wrong[i];

		pending.pending = true;
		observe_injection(&pending);
	}
	write_cr2(0);
	observe_injection(&pf);
	observe("cr2", read_cr2() == ADDRESS ? "payload" : "untouched");
	write_dr6(0);
	observe_injection(&db);
	observe("dr6", read_dr6() & DR6_BS ? "payload" : "untouched");
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_all();
	on_vcpu(1, "there", observe_all);
	observe("get", mailbox.host ? outcome_name(&get_events) : UNSEEN_GUEST "no host");
}
