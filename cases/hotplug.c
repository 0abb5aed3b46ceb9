// SPDX-License-Identifier: GPL-2.0-only
/*
 * INIT-SIPI to a vCPU above 255 - errata.rst, "x2APIC"
 *
 * A CPU that is plugged in waits in xAPIC mode for an INIT and a SIPI; only when it runs can
 * it switch to x2APIC mode and have an ID above 255.  So by the architecture no other CPU
 * could ever start it.  The quirk behind KVM_X2APIC_API_USE_32BIT_IDS exists for this: events
 * reach the vCPU by its x2APIC ID while it is still in xAPIC mode.
 *
 * Here vCPU 0 starts three vCPUs that wait as after RESET: 100, which xAPIC can name; 256, the
 * first ID that xAPIC cannot name; and 299, whose lower 8 bits are 43, the ID of another vCPU,
 * which has to keep waiting.  The number of vCPUs in the VM makes no difference to KVM: it
 * looks at their IDs.
 */
#include "case.h"
#include "event.h"
#include "host.h"
#include "sipi.h"

#define CPUS	5

CASE("hotplug", .vcpus = CPUS, .ids = { 0, 43, 100, 256, 299 }, .ap_start = AP_WAIT_FOR_SIPI);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));

static void observe_start(const char *key, u32 index, u32 id)
{
	bool started = start_by_sipi(index, id);

	observe(key, started ? "started" : "waits");
	if (started) {
		event_send(EVENT_IPI, APIC_DM_FIXED, id);
		while (!cpus[index].received[VECTOR_TEST])
			cpu_relax();
		take_pending();
	}
	observef("%s.ipi.receivers = %s", key, receivers(CPUS, VECTOR_TEST));
}

void guest_main(void)
{
	s64 state;

	apic_enable_x2apic();
	observe_start("id-100", 2, 100);
	observe_start("id-256", 3, 256);
	observe_start("id-299", 4, 299);
	state = mp_state(1);
	observe("id-43", state < 0 ? UNSEEN_GUEST "no host" :
		state == KVM_MP_STATE_UNINITIALIZED ? "waits" : "reached");
}
