// SPDX-License-Identifier: GPL-2.0-only
/*
 * INIT-SIPI to a vCPU that is plugged in - errata.rst, "x2APIC"
 *
 * In hotplug.c, all vCPUs exist from the beginning.  A vCPU that is really plugged in is
 * created long after the guest has started; then it waits, as after RESET, for the INIT and
 * the SIPI that the guest sends to its x2APIC ID.  By then KVM has to have the new vCPU in its
 * map; KVM_SET_LAPIC, which a VMM may use to set up a new vCPU, recalculates the map in any
 * case.  A vCPU with ID 299 also has xAPIC ID 43.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "sipi.h"

CASE("hotplug-late", .vcpus = 2, .late = 1, .ap_start = AP_WAIT_FOR_SIPI);
VARIANT("flag-off");
VARIANT("flag-off-299", .ids = { 0, 299 });
VARIANT("32bit-ids-299", .ids = { 0, 299 }, X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));

#define LATE	1
#define SPIV_AT_RESET	0xff

/* Observe which ID starts the vCPU.  An INIT to this ID then makes it wait for a SIPI again. */
static void observe_start(const char *when)
{
	static const u32 ids[] = { 299, 299 & 0xff, 1 };

	for (u32 i = 0; i < ARRAY_SIZE(ids); i++) {
		if (start_by_sipi(LATE, ids[i])) {
			apic_send(APIC_DM_INIT | APIC_INT_ASSERT, ids[i]);
			observef("%s.started-by = %u", when, ids[i]);
			return;
		}
	}
	observef("%s.started-by = none", when);
}

void guest_main(void)
{
	apic_enable_x2apic();
	add_vcpu();
	observe_start("created");
	set_lapic(LATE, APIC_SPIV, SPIV_AT_RESET);
	observe_start("set-lapic");
}
