// SPDX-License-Identifier: GPL-2.0-only
/*
 * vCPU IDs above 255 - errata.rst, "x2APIC"
 *
 * Only a sender in x2APIC mode can name an ID of more than 8 bits, and only an APIC in x2APIC
 * mode has such an ID: in xAPIC mode, a CPU with x2APIC ID 257 has ID 1, the lower 8 bits.
 *
 * With KVM_X2APIC_API_USE_32BIT_IDS, KVM delivers to the x2APIC ID of a vCPU that is still in
 * xAPIC mode, so that a guest can start hotplugged vCPUs.  And 257 becomes a duplicate of 1
 * although nobody writes an ID.
 *
 * Here vCPUs 1 and 257 are both in xAPIC mode, and the sender is in x2APIC mode.  With IPI
 * virtualization or x2AVIC, the CPU sends a fixed IPI itself, by a table that KVM fills by vCPU id.
 * So KVM has to inhibit APICv and AVIC where several vCPUs are to receive.
 */
#include "case.h"
#include "event.h"

CASE("x2apic-far", .vcpus = 3, .ids = { 0, 1, 257 });
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 257, 1 });

#define CPUS	3

/* Without the flag KVM_SIGNAL_MSI ignores address_hi; with the flag its bits 7 to 0 must be 0. */
static void observe_low_bits(enum event_source source)
{
	const struct kvm_msi msi = {
		.address_lo = APIC_DEFAULT_PHYS_BASE | 1 << 12, .address_hi = 1,
		.data = APIC_INT_ASSERT | VECTOR_TEST,
	};
	s64 sent = send_msi(source, &msi);

	observef("low-bits.%s.receivers = %s", event_sources[source],
		 event_takers(CPUS, source, APIC_DM_FIXED, 1, sent));
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	apic_enable_x2apic();
	observe("apicv", given_apicv());
	observe_events("257", CPUS, EVENTS_WIDE, 257);
	observe_events("1", CPUS, EVENTS_ALL, 1);
	observe_low_bits(EVENT_MSI);
	observe_low_bits(EVENT_IRQFD);
}
