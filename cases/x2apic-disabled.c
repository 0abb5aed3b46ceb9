// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disabled APIC with a shared APIC ID - errata.rst, "x2APIC"
 *
 * Software may disable an APIC in two ways.  With bit 8 of the spurious vector register clear,
 * the APIC keeps its ID, but accepts only NMI, INIT and SIPI.  With IA32_APIC_BASE[11] clear,
 * the CPU has no APIC and thus no APIC ID; when software enables the APIC again, it has the ID
 * that it had at RESET.  (SDM 3A, 11.4.3 "Enabling or Disabling the Local APIC".)
 *
 * So if two vCPUs share an ID and KVM delivers to one of them, an interrupt is lost if the
 * APIC of that vCPU is software-disabled, but not if it is globally disabled.
 *
 * Here vCPUs 1 and 2 have ID 5.  The APIC of vCPU 1 is disabled while vCPU 0 sends an event,
 * and enabled again before the case reads which vCPUs have received it.
 */
#include "case.h"
#include "event.h"

CASE("x2apic-disabled", .vcpus = 3);
VARIANT("flag-off");
VARIANT("32bit-ids", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS));
VARIANT("32bit-ids-reversed", X2APIC_API(KVM_X2APIC_API_USE_32BIT_IDS), .ids = { 0, 2, 1 });

#define CPUS		3
#define SHARED_ID	5

static volatile bool disabled;
static u32 id_then;

static void by_software(bool disable)
{
	if (disable)
		apic_write(APIC_SPIV, VECTOR_SPURIOUS);
	else
		apic_enable();
}

static void globally(bool disable)
{
	u64 base = rdmsr(MSR_IA32_APICBASE);

	wrmsr(MSR_IA32_APICBASE, disable ? base & ~APICBASE_ENABLE : base | APICBASE_ENABLE);
	if (!disable)
		apic_enable();
}

/* On vCPU 1: keep the APIC disabled until vCPU 0 has sent the event. */
static void without_apic(void *switch_apic)
{
	apic_take_id((void *)SHARED_ID);
	((void (*)(bool))switch_apic)(true);
	disabled = true;
	while (disabled)
		cpu_relax();
	((void (*)(bool))switch_apic)(false);
	id_then = apic_read(APIC_ID) >> 24;
}

static void observe_event(const char *how, void (*switch_apic)(bool), enum event_source source,
			  u32 mode)
{
	const struct event_mode *m = &event_modes[mode];
	u32 index = index_of(1);
	s64 sent;

	call_begin(index, without_apic, switch_apic);
	while (!disabled)
		cpu_relax();
	sent = event_send(source, m->icr, SHARED_ID);
	disabled = false;
	call_end(index);
	observef("%s.%s.%s.receivers = %s", how, event_sources[source], m->name,
		 event_takers(CPUS, source, m->icr, SHARED_ID, sent));
}

static void observe_way(const char *how, void (*switch_apic)(bool))
{
	for (u32 mode = 0; mode < NR_EVENT_MODES; mode++)
		observe_event(how, switch_apic, EVENT_IPI, mode);
	observe_event(how, switch_apic, EVENT_MSI, 0);
	observef("%s.then.id = %u", how, id_then);
	observe_receivers(how, CPUS, EVENT_IPI, APIC_DM_FIXED, SHARED_ID);
}

void guest_main(void)
{
	wait_for_cpus(CPUS);
	call_on(index_of(2), apic_take_id, (void *)SHARED_ID);
	observe_way("software", by_software);
	/* Not every CPU can enable its APIC again. */
	if (mailbox.host)
		observe_way("globally", globally);
}
