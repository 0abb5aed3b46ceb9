// SPDX-License-Identifier: GPL-2.0-only
/*
 * What KVM_ENABLE_CAP accepts, and when - api.rst 7.7, 7.13, 7.18, 7.21, 7.22, 7.31, 7.35, 7.37
 * and 7.40
 *
 * The argument of some capabilities is a set of flags, and some flags exclude each other.
 * KVM_CHECK_EXTENSION returns the flags that this VM can have ("offers"), so a VMM may give
 * back each of them, and no other flag.
 *
 * Some capabilities need an in-kernel APIC, and some cannot be enabled once the VM has a vCPU.
 * The first three VMs here have none.  A call that KVM refuses must change nothing: the guest
 * can see this for one capability, in the format of its APIC ID.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

CASE("capabilities", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define IDS		KVM_X2APIC_API_USE_32BIT_IDS
#define NO_BROADCAST	KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK
#define SUPPRESS	KVM_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST
#define NO_SUPPRESS	KVM_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST
#define QUIRKS		(2 * KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS - 1)	/* those of Linux 6.1 */
#define MSR_REASONS	\
	(KVM_MSR_EXIT_REASON_UNKNOWN | KVM_MSR_EXIT_REASON_INVAL | KVM_MSR_EXIT_REASON_FILTER)
#define DIRTY_LOG	KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE
#define INITIALLY_SET	KVM_DIRTY_LOG_INITIALLY_SET

static const struct trial {
	const char *name;
	u32 cap;
	u32 offered;			/* KVM_CHECK_EXTENSION has this flag; 0: it returns 0 */
	u64 value;
} trials[] = {
	{ "x2apic-api.ids", KVM_CAP_X2APIC_API, IDS, IDS },
	{ "x2apic-api.no-broadcast", KVM_CAP_X2APIC_API, NO_BROADCAST, NO_BROADCAST },
	{ "x2apic-api.suppress", KVM_CAP_X2APIC_API, NO_SUPPRESS, SUPPRESS },
	{ "x2apic-api.no-suppress", KVM_CAP_X2APIC_API, NO_SUPPRESS, NO_SUPPRESS },
	{ "x2apic-api.both", KVM_CAP_X2APIC_API, NO_SUPPRESS, SUPPRESS | NO_SUPPRESS },
	{ "x2apic-api.bit-4", KVM_CAP_X2APIC_API, IDS, BIT(4) | IDS },
	{ "x2apic-api.bit-63", KVM_CAP_X2APIC_API, IDS, BIT(63) },
	{ "disable-exits.hlt", KVM_CAP_X86_DISABLE_EXITS, KVM_X86_DISABLE_EXITS_HLT,
	  KVM_X86_DISABLE_EXITS_HLT },
	{ "disable-exits.bit-30", KVM_CAP_X86_DISABLE_EXITS, KVM_X86_DISABLE_EXITS_HLT, BIT(30) },
	{ "user-space-msr.bit-30", KVM_CAP_X86_USER_SPACE_MSR, 1, BIT(30) },
	{ "bus-lock.off", KVM_CAP_X86_BUS_LOCK_EXIT, 1, KVM_BUS_LOCK_DETECTION_OFF },
	{ "bus-lock.both", KVM_CAP_X86_BUS_LOCK_EXIT, 1,
	  KVM_BUS_LOCK_DETECTION_OFF | KVM_BUS_LOCK_DETECTION_EXIT },
	{ "bus-lock.bit-30", KVM_CAP_X86_BUS_LOCK_EXIT, 1, BIT(30) },
	{ "bus-lock.absent", KVM_CAP_X86_BUS_LOCK_EXIT, 0, KVM_BUS_LOCK_DETECTION_EXIT },
	{ "bus-cycles.0", KVM_CAP_X86_APIC_BUS_CYCLES_NS, 1, 0 },
	{ "bus-cycles.1", KVM_CAP_X86_APIC_BUS_CYCLES_NS, 1, 1 },
	{ "bus-cycles.40", KVM_CAP_X86_APIC_BUS_CYCLES_NS, 1, 40 },
	{ "bus-cycles.bit-32", KVM_CAP_X86_APIC_BUS_CYCLES_NS, 1, BIT(32) },
	{ "pmu.disable", KVM_CAP_PMU_CAPABILITY, KVM_PMU_CAP_DISABLE, KVM_PMU_CAP_DISABLE },
	{ "pmu.bit-30", KVM_CAP_PMU_CAPABILITY, KVM_PMU_CAP_DISABLE, BIT(30) },
	{ "pmu.absent", KVM_CAP_PMU_CAPABILITY, 0, KVM_PMU_CAP_DISABLE },
	{ "dirty-log.enable", KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, DIRTY_LOG, DIRTY_LOG },
	{ "dirty-log.initially-set", KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, DIRTY_LOG, INITIALLY_SET },
	{ "dirty-log.both", KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, DIRTY_LOG,
	  DIRTY_LOG | INITIALLY_SET },
	{ "dirty-log.bit-2", KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, DIRTY_LOG, DIRTY_LOG | BIT(2) },
};

/* A capability whose flags KVM_CHECK_EXTENSION returns. */
static const struct mask {
	const char *name;
	u32 cap;
	u64 flags;			/* if KVM_CHECK_EXTENSION returns 1 instead */
} masks[] = {
	{ "x2apic-api", KVM_CAP_X2APIC_API, 0 },
	{ "disable-exits", KVM_CAP_X86_DISABLE_EXITS, 0 },
	{ "user-space-msr", KVM_CAP_X86_USER_SPACE_MSR, MSR_REASONS },
	{ "bus-lock", KVM_CAP_X86_BUS_LOCK_EXIT, 0 },
	{ "quirks", KVM_CAP_DISABLE_QUIRKS2, 0 },
	{ "pmu", KVM_CAP_PMU_CAPABILITY, 0 },
	{ "exit-hypercall", KVM_CAP_EXIT_HYPERCALL, 0 },
};

/* Capabilities for which KVM needs nothing of the CPU. */
static const struct {
	const char *name;
	u32 cap;
} always[] = {
	{ "disable-quirks2", KVM_CAP_DISABLE_QUIRKS2 },
	{ "dirty-log", KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2 },
	{ "emulation-failure", KVM_CAP_EXIT_ON_EMULATION_FAILURE },
	{ "enforce-pv", KVM_CAP_ENFORCE_PV_FEATURE_CPUID },
	{ "exception-payload", KVM_CAP_EXCEPTION_PAYLOAD },
	{ "exit-hypercall", KVM_CAP_EXIT_HYPERCALL },
	{ "msr-filter", KVM_CAP_X86_MSR_FILTER },
	{ "platform-info", KVM_CAP_MSR_PLATFORM_INFO },
	{ "split-irqchip", KVM_CAP_SPLIT_IRQCHIP },
	{ "user-space-msr", KVM_CAP_X86_USER_SPACE_MSR },
};

static const struct machine {
	s64 (*check)(u32 cap);
	const char *(*enable)(u32 cap, u64 value);
} vm = { check_extension, enable_cap }, other_vm = { other_check_extension, other_enable_cap };

static void observe_trial(const struct machine *m, const struct trial *t)
{
	s64 offered = m->check(t->cap);

	if (t->offered && !(offered & t->offered))
		observe(t->name, UNSEEN_HOST "KVM_CHECK_EXTENSION does not offer it");
	else if (!t->offered && offered)
		observe(t->name, UNSEEN_HOST "KVM_CHECK_EXTENSION offers it");
	else
		observe(t->name, m->enable(t->cap, t->value));
}

/* Enable each of @flags alone; return what KVM answers to all of them. */
static const char *enable_each(const struct machine *m, u32 cap, u64 flags)
{
	struct outcome o = {};

	for (u32 i = 0; i < 64; i++) {
		const char *result;

		if (!(flags & BIT(i)))
			continue;
		result = m->enable(cap, BIT(i));
		if (outcome_add(&o, result))
			note("capability %u, bit %u: %s", cap, i, result);
	}
	return outcome_name(&o);
}

static void observe_mask(const struct machine *m, const struct mask *mask)
{
	s64 offered = m->check(mask->cap);
	u64 flags = mask->flags ? mask->flags : (u64)offered;

	SCOPE(mask->name);
	if (!offered) {
		observe("offered", UNSEEN_HOST "KVM_CHECK_EXTENSION offers no flag");
		observe("not-offered", UNSEEN_HOST "KVM_CHECK_EXTENSION offers no flag");
		observe("whole", UNSEEN_HOST "KVM_CHECK_EXTENSION offers no flag");
		return;
	}
	observe("offered", enable_each(m, mask->cap, flags));
	observe("not-offered", enable_each(m, mask->cap, ~flags));
	observe("whole", m->enable(mask->cap, flags));
}

static void observe_machine(const char *scope, const struct machine *m)
{
	SCOPE(scope);
	for (u32 i = 0; i < ARRAY_SIZE(trials); i++)
		observe_trial(m, &trials[i]);
	for (u32 i = 0; i < ARRAY_SIZE(masks); i++)
		observe_mask(m, &masks[i]);
}

static void observe_always(void)
{
	SCOPE("always");
	for (u32 i = 0; i < ARRAY_SIZE(always); i++)
		observe(always[i].name, check_extension(always[i].cap) > 0 ? "offered" : "missing");
}

static void observe_without_vcpus(const char *scope, enum irqchip irqchip)
{
	create_other_vm(irqchip);
	observe_machine(scope, &other_vm);
}

static bool has_xapic_format(u32 index)
{
	return get_lapic(index, APIC_ID) == (s64)cpus[index].id << 24;
}

/* The formats differ for an APIC in x2APIC mode whose ID is not 0: see lapic-id.c. */
static void observe_format(void)
{
	bool before;

	on_vcpu(1, NULL, apic_enable_x2apic);
	before = has_xapic_format(1);
	enable_cap(KVM_CAP_X2APIC_API, BIT(63) | IDS);
	observe("refused.x2apic-api.ids.then", kept(before && has_xapic_format(1)));
}

void guest_main(void)
{
	s64 cycles = check_extension(KVM_CAP_X86_APIC_BUS_CYCLES_NS);

	if (cycles)
		observef("offered.bus-cycles = %u", (u32)cycles);
	else
		observe("offered.bus-cycles", UNSEEN_HOST "KVM_CHECK_EXTENSION does not offer it");
	observef("offered.x2apic-api = 0x%x", (u32)check_extension(KVM_CAP_X2APIC_API) & (u32)(IDS | NO_BROADCAST));
	observef("offered.disable-exits.aperfmperf = %u", !!(check_extension(KVM_CAP_X86_DISABLE_EXITS) &
							     KVM_X86_DISABLE_EXITS_APERFMPERF));
	observef("offered.quirks = 0x%x", (u32)check_extension(KVM_CAP_DISABLE_QUIRKS2) & QUIRKS);
	observe_always();
	observe_without_vcpus("kernel", IRQCHIP_KERNEL);
	observe_without_vcpus("split", IRQCHIP_SPLIT);
	observef("split.offered.x2apic-api = 0x%x", (u32)other_check_extension(KVM_CAP_X2APIC_API));
	observe_without_vcpus("no-irqchip", 0);
	wait_for_cpus(2);
	observe_format();
	observe_machine("running", &vm);
}
