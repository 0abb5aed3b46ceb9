// SPDX-License-Identifier: GPL-2.0-only
/*
 * The filter of PMU events, and VMs without a PMU - api.rst 4.120 and 7.37
 *
 * A VMM may allow or deny that a guest counts an event: an event select, with a unit mask.  A
 * masked event matches several unit masks, and may exclude some of them again.  KVM takes the
 * filter whether the VM has a PMU or not.  The event select has 8 bits on Intel and 12 on AMD,
 * with the upper 4 in bits 35:32.
 *
 * A VM cannot lose its PMU once it has a vCPU.  So the guest tries that with VMs that never run.
 */
#include "case.h"
#include "host.h"

CASE("pmu-filter", .only_kvm = 1);
VARIANT("default");

#define MAX_EVENTS	300	/* KVM_PMU_EVENT_FILTER_MAX_EVENTS */
#define EVENT		0xc0	/* instructions retired */
#define EXCLUDE		BIT(55)
#define MASK		(0xfful << 56)

static struct {
	struct kvm_pmu_event_filter head;
	u64 events[MAX_EVENTS + 1];
} filter;

static const char *set_filter(u32 action, u32 flags, u32 nevents, u64 event)
{
	filter.head = (struct kvm_pmu_event_filter) {
		.action = action, .flags = flags, .nevents = nevents,
	};
	for (u32 i = 0; i <= MAX_EVENTS; i++)
		filter.events[i] = event;
	return host_result(vm_ioctl(KVM_SET_PMU_EVENT_FILTER, &filter));
}

static const char *set_masked(u64 event)
{
	return check_extension(KVM_CAP_PMU_EVENT_MASKED_EVENTS) > 0 ?
	       set_filter(KVM_PMU_EVENT_ALLOW, KVM_PMU_EVENT_FLAG_MASKED_EVENTS, 1, event) :
	       UNSEEN_HOST "this KVM lacks KVM_CAP_PMU_EVENT_MASKED_EVENTS";
}

/* Set each of @bits, one after the other. */
static const char *set_unused(u64 bits)
{
	struct outcome o = {};

	for (u32 bit = 0; bit < 64; bit++) {
		if (bits & BIT(bit))
			outcome_add(&o, set_masked(EVENT | MASK | BIT(bit)));
	}
	return outcome_name(&o);
}

static void observe_filter(void)
{
	observe("allow", set_filter(KVM_PMU_EVENT_ALLOW, 0, 1, EVENT));
	observe("unknown-action", set_filter(KVM_PMU_EVENT_DENY + 1, 0, 1, EVENT));
	observe("unknown-flag", set_filter(KVM_PMU_EVENT_ALLOW, BIT(31), 1, EVENT));
	observe("deny", set_filter(KVM_PMU_EVENT_DENY, 0, 1, EVENT));
	observe("none", set_filter(KVM_PMU_EVENT_DENY, 0, 0, 0));
	observe("most", set_filter(KVM_PMU_EVENT_DENY, 0, MAX_EVENTS, EVENT));
	observe("too-many", set_filter(KVM_PMU_EVENT_DENY, 0, MAX_EVENTS + 1, EVENT));
	observe("masked", set_masked(EVENT | MASK));
	observe("masked.exclude", set_masked(EVENT | MASK | EXCLUDE));
	observe("masked.unused", set_unused((BIT(32) - BIT(16)) | (BIT(55) - BIT(36))));
	observe("masked.high-select", set_unused(BIT(36) - BIT(32)));
	observe("again", set_filter(KVM_PMU_EVENT_ALLOW, 0, 1, EVENT));
}

static void observe_capability(void)
{
	observef("offered = 0x%lx", check_extension(KVM_CAP_PMU_CAPABILITY));
	create_other_vm(IRQCHIP_KERNEL);
	observe("disable", other_enable_cap(KVM_CAP_PMU_CAPABILITY, KVM_PMU_CAP_DISABLE));
	observe("unknown-bits", other_enable_cap(KVM_CAP_PMU_CAPABILITY, ~(u64)KVM_PMU_CAP_DISABLE));
	observe("enable", other_enable_cap(KVM_CAP_PMU_CAPABILITY, 0));
	HOST_CALL(TARGET_OTHER_VM, 0, { .request = KVM_CREATE_VCPU });
	observe("too-late", other_enable_cap(KVM_CAP_PMU_CAPABILITY, KVM_PMU_CAP_DISABLE));
}

void guest_main(void)
{
	observe_filter();
	observe_capability();
}
