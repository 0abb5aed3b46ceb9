// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_VCPU_EVENTS in real mode - errata.rst, "KVM_SET_VCPU_EVENTS issue"
 *
 * No exception has an error code in real mode, and a CPU that is given one all the
 * same fails the VM entry (SDM 3C, 27.2.1.3).  There KVM does not take the VMM's word
 * for it: kvm_inject_exception() leaves it away.
 *
 * vCPU 1 is started by a SIPI, and has the exception injected before it ever leaves
 * real mode.
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
