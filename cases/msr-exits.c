// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSRs that go to the VMM, and MSRs that it denies - api.rst 4.97, 7.21, 8.26, 8.27
 *
 * RDMSR or WRMSR raises #GP if KVM does not know the MSR, if the access is invalid, or if the
 * VMM's filter denies it.  For each of these three reasons KVM_CAP_X86_USER_SPACE_MSR can make
 * the access an exit instead; the VMM then says which value the guest reads, or that the
 * access raises #GP after all.
 *
 * The filter here denies one MSR at a time: an MSR that KVM intercepts anyway, and an MSR that
 * the guest accesses without an exit ("direct") until there is a filter.  The filter does not
 * apply to the x2APIC's MSRs, and not to instructions that read an MSR besides: RDPID reads
 * MSR_TSC_AUX, and KVM emulates it for a guest whose CPU lacks it.  A filter can also deny by
 * default, and its ranges then allow.
 */
#include "apic.h"
#include "case.h"
#include "host.h"

#define RDPID_BIT	BIT(22)		/* of leaf 7, ECX */

CASE("msr-exits", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1,
     .cpuid = {{ .leaf = 7, .reg = 2, .set = RDPID_BIT }});
VARIANT("default");
VARIANT("unknown", ENABLE(KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_UNKNOWN));
VARIANT("invalid", ENABLE(KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_INVAL));
VARIANT("filter", ENABLE(KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_FILTER));

#define MSR_UNKNOWN		0x12345678
#define MSR_TSC_AUX		0xc0000103
#define ANSWER			0xa5a5a5a5a5a5a5a5	/* each byte is VMM_ANSWERS */
#define VALUE			0x5555

#define READ			KVM_MSR_FILTER_READ
#define WRITE			KVM_MSR_FILTER_WRITE

static const struct trial {
	const char *name;
	u32 msr;
	u64 value;
	u64 reason;
	u32 denied;
	u32 tried;
} trials[] = {
	{ "unknown", MSR_UNKNOWN, VALUE, KVM_MSR_EXIT_REASON_UNKNOWN, 0, READ | WRITE },
	{ "invalid", MSR_MTRRdefType, 2, KVM_MSR_EXIT_REASON_INVAL, 0, WRITE },
	{ "invalid-x2apic", X2APIC_MSR(APIC_EOI), 0, KVM_MSR_EXIT_REASON_INVAL, 0, READ },
	{ "denied", MSR_MTRRphysBase(7), 6, KVM_MSR_EXIT_REASON_FILTER, READ | WRITE, READ | WRITE },
	{ "denied-read", MSR_MTRRphysBase(7), 6, KVM_MSR_EXIT_REASON_FILTER, READ, READ | WRITE },
	{ "denied-write", MSR_MTRRphysBase(7), 6, KVM_MSR_EXIT_REASON_FILTER, WRITE, READ | WRITE },
	{ "denied-direct", MSR_IA32_SYSENTER_CS, VALUE, KVM_MSR_EXIT_REASON_FILTER, READ | WRITE,
	  READ | WRITE },
	{ "denied-x2apic", X2APIC_MSR(APIC_TASKPRI), 0, KVM_MSR_EXIT_REASON_FILTER, READ | WRITE,
	  READ | WRITE },
	{ "denied-no-more", MSR_MTRRphysBase(7), 6, KVM_MSR_EXIT_REASON_FILTER, 0, READ | WRITE },
};

static const struct trial default_deny[] = {
	{ "default-deny.allowed", MSR_MTRRphysBase(7), 6, KVM_MSR_EXIT_REASON_FILTER, 0, READ | WRITE },
	{ "default-deny.invalid", MSR_MTRRphysBase(7), 2, KVM_MSR_EXIT_REASON_INVAL, 0, WRITE },
	{ "default-deny.next", MSR_MTRRphysMask(7), 0, KVM_MSR_EXIT_REASON_FILTER, 0, READ | WRITE },
	{ "default-deny.direct", MSR_IA32_SYSENTER_CS, VALUE, KVM_MSR_EXIT_REASON_FILTER, 0, READ | WRITE },
	{ "default-deny.x2apic", X2APIC_MSR(APIC_TASKPRI), 0, KVM_MSR_EXIT_REASON_FILTER, 0, READ | WRITE },
};

/* Set a filter with a range of one MSR, which is for @accesses; or without a range. */
static const char *set_filter(u32 flags, u32 msr, u32 accesses, u64 allowed)
{
	struct kvm_msr_filter filter = {
		.flags = flags,
		.ranges[0] = {
			.flags = accesses, .nmsrs = !!accesses, .base = msr, .bitmap = (u8 *)&allowed,
		},
	};

	return host_result(vm_ioctl(KVM_X86_SET_MSR_FILTER, &filter));
}

static void disable_filter(void)
{
	set_filter(0, 0, 0, 0);
}

static const char exit[] = "exit", none[] = "none";

/* Return "exit" for the expected exit, "#GP", "none", or what is wrong with the exit. */
static const char *outcome_of(int vector, const struct trial *t, u64 reason, u64 stored)
{
	struct vmm_exit e = vmm_exit();

	if (!e.count)
		return vector ? fault_name(vector) : none;
	if (vector)
		return "exit-and-fault";
	return e.count == 1 && e.reason == reason && e.where == t->msr && e.detail == t->reason &&
	       e.stored == stored ? exit : "another-exit";
}

/* Read the VMM's answer; then read again, and the VMM refuses. */
static const char *read_msr(const struct trial *t)
{
	u64 value;
	int vector = rdmsr_safe(t->msr, &value);
	const char *came = outcome_of(vector, t, KVM_EXIT_X86_RDMSR, 0);

	if (came == exit && value != ANSWER)
		return "exit-and-wrong-value";
	vmm_next(VMM_REFUSES);
	vector = rdmsr_safe(t->msr, &value);
	return vmm_exit().count && vector != X86_TRAP_GP ? "exit-and-not-refused" : came;
}

/* Write, and the VMM accepts; then write again, and the VMM refuses. */
static const char *write_msr(const struct trial *t)
{
	int vector = wrmsr_safe(t->msr, t->value);
	const char *came = outcome_of(vector, t, KVM_EXIT_X86_WRMSR, t->value);

	vmm_next(VMM_REFUSES);
	vector = wrmsr_safe(t->msr, t->value);
	return vmm_exit().count && vector != X86_TRAP_GP ? "exit-and-not-refused" : came;
}

static void observe_trial(const struct trial *t)
{
	if (t->tried & READ)
		observef("%s.rdmsr = %s", t->name, read_msr(t));
	if (t->tried & WRITE)
		observef("%s.wrmsr = %s", t->name, write_msr(t));
}

/* Deny all MSRs but the first of these. */
static void observe_default_deny(void)
{
	set_filter(KVM_MSR_FILTER_DEFAULT_DENY, default_deny[0].msr, READ | WRITE, 1);
	for (u32 i = 0; i < ARRAY_SIZE(default_deny); i++)
		observe_trial(&default_deny[i]);
	disable_filter();
}

static void observe_rdpid(void)
{
	static const struct trial t = { .msr = MSR_TSC_AUX, .reason = KVM_MSR_EXIT_REASON_FILTER };
	const char *came = UNSEEN_HOST "no MSR_TSC_AUX";
	u64 value = 0;
	int vector;

	if (!wrmsr_safe(MSR_TSC_AUX, VALUE) && !vmm_exit().count) {
		set_filter(0, MSR_TSC_AUX, READ | WRITE, 0);
		vector = rdpid_safe(&value);
		came = outcome_of(vector, &t, KVM_EXIT_X86_RDMSR, 0);
		disable_filter();
	}
	observe("denied.rdpid", value == VALUE || came != none ? came : "wrong-value");
}

static void observe_msrs(void)
{
	apic_enable_x2apic();
	for (const struct trial *t = trials; t < trials + ARRAY_SIZE(trials); t++) {
		set_filter(0, t->msr, t->denied, 0);
		observe_trial(t);
		disable_filter();
	}
	observe_default_deny();
	observe_rdpid();
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_msrs);
	observe("filter.deny-all-and-no-range", set_filter(KVM_MSR_FILTER_DEFAULT_DENY, 0, 0, 0));
	observe("filter.unknown-flag", set_filter(BIT(31), 0, 0, 0));
	observe("filter.range.unknown-flag", set_filter(0, MSR_MTRRphysBase(7), BIT(31), 0));
}
