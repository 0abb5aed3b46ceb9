// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_VCPU_EVENTS in real mode - errata.rst, "KVM_SET_VCPU_EVENTS issue"
 *
 * No exception has an error code in real mode, and a CPU that is given an exception with an
 * error code there fails the VM entry (SDM 3C, 27.2.1.3).  In real mode KVM does not trust the
 * VMM: kvm_inject_exception() drops the error code.
 *
 * A SIPI starts vCPU 1, and the exception is injected before vCPU 1 leaves real mode.
 */
#include "case.h"
#include "inject.h"

CASE("vcpu-events-real", .vcpus = 2, .ap_start = AP_WAIT_FOR_SIPI);
VARIANT("default");

void guest_main(void)
{
	for (u32 n = 0; n < NR_RIGHT_AND_WRONG; n++) {
		const struct injection *i = &right_and_wrong[n];

		observef("vector-%u.%s = %s", i->vector, i->has_error_code ? "with" : "without",
			 injected_in_real_mode(1, i));
	}
}
