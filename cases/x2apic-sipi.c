// SPDX-License-Identifier: GPL-2.0-only
/*
 * INIT and SIPI to an APIC ID that vCPUs share - errata.rst, "x2APIC"
 *
 * INIT and SIPI are events like others: they reset and start every CPU that has the ID, at the
 * same address.  KVM sends them where it sends other events: to all vCPUs that match, or, with
 * KVM_X2APIC_API_USE_32BIT_IDS, to one vCPU.  A vCPU that has started counts this itself, in
 * guest/trampoline.S; a vCPU that has not started still takes interrupts.
 *
 * INIT leaves the APIC ID unchanged (SDM 3A, 11.4.7.3), so vCPUs that shared an ID share it
 * again after they start.
 */
#include "apic.h"
#include "case.h"
#include "sipi.h"

CASE("x2apic-sipi", .vcpus = 3);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 2, 1 });

#define CPUS		3
#define SHARED_ID	5

static void observe_starts(const char *key, u32 icr, u32 dest)
{
	observef("%s.receivers = %s", key, sipi_receivers(CPUS, icr, dest));
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	observe_starts("absent", 0, SHARED_ID);
	observe_starts("no-init", APIC_DM_STARTUP, 1);
	call_on(1, apic_take_id, (void *)SHARED_ID);
	call_on(2, apic_take_id, (void *)SHARED_ID);
	observe_starts("former", 0, 1);
	observe_starts("shared", 0, SHARED_ID);
	observe_starts("again", 0, SHARED_ID);
	observe_starts("others", APIC_DEST_ALLBUT, 0);
}
