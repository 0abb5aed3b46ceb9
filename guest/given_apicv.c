// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the CPU virtualizes the APIC of a vCPU: APICv (SDM 3C, "APIC virtualization and virtual
 * interrupts") or AVIC (APM 2, 15.29).
 *
 * A module parameter says only whether KVM may use it.  For each VM, KVM inhibits it while something
 * is set up that the CPU would do wrong, and for each vCPU while its APIC is globally disabled.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

#define TRIES	8

const char *given_apicv(void)
{
	u64 given = 0;
	s64 r = -EAGAIN;

	if (!mailbox.host)
		return UNSEEN_GUEST "no host";
	if (!mailbox.inspects)
		return mailbox.unseen;
	for (int n = 0; n < TRIES && r == -EAGAIN; n++)
		r = HOST_CALL(TARGET_VCPU, this_cpu()->index,
			      { HOST_INSPECT_APIC, sizeof(given), (u64)&given, 0 });
	if (r == -EAGAIN)
		return UNSEEN_NOISE "other VMs fail to enter, too, each time";
	if (r)
		return mailbox.unseen;
	note("given: the CPU virtualizes%s%s%s%s%s", given ? "" : " nothing",
	     given & VIRTUAL_INTERRUPTS ? " interrupts" : "", given & VIRTUAL_MMIO ? " MMIO" : "",
	     given & VIRTUAL_MSRS ? " MSRs" : "", given & VIRTUAL_IPIS ? " IPIs" : "");
	if (!(given & VIRTUAL_INTERRUPTS))
		return "inactive";
	return given & VIRTUAL_MSRS ? "x2apic" : "active";
}
