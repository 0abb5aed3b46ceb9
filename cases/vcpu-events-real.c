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

static void observe_in_real_mode(const struct injection *i)
{
	observef("vector-%u.%s = %s", i->vector, i->has_error_code ? "with" : "without",
		 injected_in_real_mode(1, i));
}

void guest_main(void)
{
	static const struct injection bp = { .vector = X86_TRAP_BP }, of = { .vector = X86_TRAP_OF };

	for (u32 n = 0; n < NR_RIGHT_AND_WRONG; n++)
		observe_in_real_mode(&right_and_wrong[n]);
	observe_in_real_mode(&bp);
	observe_in_real_mode(&of);
}
