// SPDX-License-Identifier: GPL-2.0-only
/*
 * INIT-SIPI to a vCPU above 255 - errata.rst, "x2APIC"
 *
 * A CPU that is plugged in waits in xAPIC mode for an INIT and a SIPI; only
 * once it runs can it switch to x2APIC mode and have an ID above 255.  So by
 * the architecture nobody could ever start it.  The quirk behind
 * KVM_X2APIC_API_USE_32BIT_IDS is there for this: events reach it by its x2APIC
 * ID already.
 *
 * Here a VM has 300 vCPUs that wait as after RESET, and vCPU 0 starts two: one
 * that xAPIC can name (and no other has the lower 8 bits of its ID), and the
 * last.
 */
#include "case.h"

CASE("hotplug", .vcpus = 300, .ap_start = AP_WAIT_FOR_SIPI, .time_limit_ms = 10000);
VARIANT("flag-off");
VARIANT("32bit-ids", .x2apic_api = KVM_X2APIC_API_USE_32BIT_IDS);

static void observe_start(const char *key, u32 id)
{
	bool started = start_by_sipi(id, id);

	observef("%s = %s", key, started ? "started" : "waits");
	if (started) {
		event_send(EVENT_IPI, APIC_DM_FIXED, id);
		while (!cpus[id].received[VECTOR_TEST])
			pause();
		take_pending();
	}
	observef("%s.ipi.receivers = %s", key, receivers(300, VECTOR_TEST));
}

void guest_main(void)
{
	apic_enable_x2apic();
	observe_start("id-100", 100);
	observe_start("id-299", 299);
}
