// SPDX-License-Identifier: GPL-2.0-only
#include "tell/dimension.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_PATTERNS	5

/* A way to meet a statement, and the checks "CASE.VARIANT.KEY" that do. */
static const struct way {
	const char *dimension, *name, *patterns[MAX_PATTERNS];
} ways[] = {
	{ "VMM", "flag or quirk as it is", { "*.default.*", "*.flag-off*" } },
	{ "VMM", "flag set, quirk disabled", { "*.32bit-ids*", "*.quirk-disabled.*", "*.payload.*" } },
	{ "VMM", "vCPUs created in another order", { "*-reversed.*" } },
	{ "vCPU", "another", { "*.there*", "*elsewhere*", "*-there.*" } },
	{ "vCPU", "two at once", { "*.both.*", "*-here-*", "*.distinct.*", "*.bits-mixed.*", "*.cd-there*" } },
	{ "vCPU", "three alike", { "x2apic-change.*.three.*", "*.alike.*" } },
	{ "vCPU", "the sender among them", { "*.with-sender.*" } },
	{ "way in", "KVM_SET_MSRS", { "*set-msrs*" } },
	{ "way in", "KVM_SET_SREGS", { "*sregs*" } },
	{ "way in", "KVM_SET_LAPIC", { "x2apic-lapic.*", "x2apic-change.*.again.*", "*.swapped.*", "*.set-lapic.*" } },
	{ "way in", "KVM_SET_CPUID2, KVM_GET_CPUID2", { "x87.*.get-cpuid.*" } },
	{ "way in", "LMSW, CLTS, SMSW", { "*.lmsw", "*.clts*", "*.smsw" } },
	{ "way in", "KVM_SET_VCPU_EVENTS, pending", { "vcpu-events-pending.*" } },
	{ "way in", "vCPU ids that wrap", { "x2apic-far.*", "hotplug*299*" } },
	{ "sent by", "ICR of an xAPIC", { "x2apic.*.ipi.*", "x2apic-[acdl]*.ipi.*", "x2apic-sipi.*" } },
	{ "sent by", "ICR of an x2APIC", { "*.from-x2apic.ipi.*", "x2apic-far.*.ipi.*", "x2apic-*.x2apic.*", "hotplug*" } },
	{ "sent by", "KVM_SIGNAL_MSI", { "*.msi*" } },
	{ "sent by", "irqfd", { "*.irqfd*" } },
	{ "sent by", "a pin of the I/O APIC", { "*.ioapic*" } },
	{ "sent by", "KVM_SET_MSRS of the ICR", { "*.from-x2apic.set-msrs.*" } },
	{ "sent by", "KVM_HC_SEND_IPI", { "pv-ipi.*" } },
	{ "delivery", "fixed", { "*.fixed.*", "pv-ipi.*.unique.*" } },
	{ "delivery", "NMI", { "*.nmi.*" } },
	{ "delivery", "lowest priority", { "*.lowest.*" } },
	{ "delivery", "INIT and SIPI", { "x2apic-sipi.*", "hotplug*" } },
	{ "destination", "logical, flat", { "*.logical.*", "*flat*.receivers" } },
	{ "destination", "logical, clusters", { "*.cluster.*" } },
	{ "destination", "logical, of x2APICs", { "*.x2apic.*" } },
	{ "destination", "a shorthand", { "*.others.*", "x2apic-change.*.all.*", "*.self.*" } },
	{ "destination", "broadcast", { "*.broadcast.*", "*.cluster.all.*", "*.x2apic.all.*" } },
	{ "destination", "an APIC that is disabled", { "x2apic-disabled.*" } },
	{ "when", "as a vCPU is created", { "*.reset*", "*.created.*" } },
	{ "when", "after INIT", { "*after-init*", "*.init-after*" } },
	{ "when", "undone", { "*.undone*", "*.back.*", "*.former.*", "*.one-leaves*", "*-back.*" } },
	{ "when", "done again", { "*again*", "*.swapped.*" } },
	{ "when", "a vCPU is added later", { "x2apic-late.*", "hotplug-late.*" } },
	{ "when", "the page has been mapped, and has not", { "*.fresh*" } },
	{ "when", "an interrupt waits", { "*.beside-irq.*", "*.then-interrupt" } },
	{ "value", "each legal one", { "*.legal*", "*.moves", "*readback" } },
	{ "value", "refused, with what was there before", { "*.reserved*", "cr0-*.then", "*.to-nw" } },
	{ "value", "all 32 bits", { "*.error-code-0x*" } },
	{ "mode", "CPL3", { "*.cpl3.*", "x87.*.load-32*" } },
	{ "mode", "real mode", { "vcpu-events-real.*" } },
	{ "breakpoint", "each of DR0 to DR3", { "*.db.dr3" } },
	{ "breakpoint", "write, I/O, single step", { "*.db.write*", "*.db.io", "*.db.step" } },
};

static bool is_met(const struct way *w, const char *check)
{
	for (size_t i = 0; i < MAX_PATTERNS && w->patterns[i]; i++) {
		if (!fnmatch(w->patterns[i], check, 0))
			return true;
	}
	return false;
}

static bool any_check_meets(const struct way *w, const char *name, const struct expected *e,
			    const struct statement *s)
{
	bool met = false;

	for (size_t i = 0; i < e->nr_rows && !met; i++) {
		const struct row *r = e->rows[i];

		for (size_t k = 0; r->statement == s && k < r->nr_ids && !met; k++) {
			char *check = text("%s.%s", name, r->ids[k]);

			met = is_met(w, check);
			free(check);
		}
	}
	return met;
}

void dimension_print(const char *name, const struct expected *e, const struct statement *s)
{
	const char *dimension = "";

	for (const struct way *w = ways; w < ways + sizeof(ways) / sizeof(*ways); w++) {
		if (!any_check_meets(w, name, e, s))
			continue;
		if (strcmp(w->dimension, dimension))
			printf("\n- %s: %s", w->dimension, w->name);
		else
			printf("; %s", w->name);
		dimension = w->dimension;
	}
	if (*dimension)
		printf("\n");
}
