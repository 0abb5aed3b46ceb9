// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hyper-V's interface - api.rst 4.118, 6.76, 6.79, 8.12, 8.18 and 8.20
 *
 * Once CPUID identifies Hyper-V, KVM provides its MSRs and hypercalls (Top Level Functional
 * Specification, TLFS), whatever the feature leaves say, unless the VMM asks KVM to enforce them.
 * Some need more than CPUID: the synthetic interrupt controller (SynIC) and its timers have to be
 * enabled by the VMM, and IPIs need a local APIC in the kernel.  Without these, an MSR raises
 * #GP, and a hypercall returns an error.
 *
 * A hypercall names virtual processors by a mask of banks, and a word of 64 processors for each
 * bank.  It has its input in memory, or a fast hypercall in RDX, R8 and six XMM registers: these
 * have room for ten banks behind the fixed part of HvCallFlushVirtualAddressSpaceEx.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "hyperv.h"

CASE("hyperv", .vmm_exits = 1, .only_kvm = 1, .hypercalls = 1, HYPERV_IN_CPUID);
VARIANT("default");
VARIANT("synic", ENABLE_OF_VCPUS(KVM_CAP_HYPERV_SYNIC, 0));
VARIANT("enforced", ENABLE_OF_VCPUS(KVM_CAP_HYPERV_ENFORCE_CPUID, 1));
VARIANT("no-irqchip", .irqchip = IRQCHIP_NONE);

#define MASKED		BIT(16)		/* of a SINT */
#define PATIENCE	1000		/* polls: KVM delivers an IPI before the hypercall returns */

static const struct {
	const char *name;
	u32 first, step, count;
	u64 value;
} synic_msrs[] = {
	{ "scontrol", HV_X64_MSR_SCONTROL, 1, 1, 0 }, { "sversion", HV_X64_MSR_SVERSION, 1, 1, 1 },
	{ "siefp", HV_X64_MSR_SIEFP, 1, 1, 0 }, { "simp", HV_X64_MSR_SIMP, 1, 1, 0 },
	{ "eom", HV_X64_MSR_EOM, 1, 1, 0 }, { "sint", HV_X64_MSR_SINT(0), 1, 16, MASKED },
	{ "timer-config", HV_X64_MSR_STIMER_CONFIG(0), 2, 4, 0 },
	{ "timer-count", HV_X64_MSR_STIMER_COUNT(0), 2, 4, 0 },
};

static void observe_synic(void)
{
	SCOPE("write");
	for (u32 i = 0; i < ARRAY_SIZE(synic_msrs); i++) {
		struct outcome o = {};

		for (u32 n = 0; n < synic_msrs[i].count; n++)
			outcome_add(&o, fault_name(wrmsr_safe(synic_msrs[i].first + n * synic_msrs[i].step,
							      synic_msrs[i].value)));
		observe(synic_msrs[i].name, outcome_name(&o));
	}
}

static u64 input[2 + HV_MAX_BANKS + 2] __attribute__((aligned(4096)));
static u8 page[4096] __attribute__((aligned(4096)));
static bool page_enabled;

/* @xmm: the twelve halves of XMM0 to XMM5, which nothing else in a payload uses. */
static const char *hypercall(u64 control, u64 in, u64 out, const u64 *xmm)
{
	register u64 r8 asm("r8") = out;
	u64 rax;

	if (!page_enabled)
		return "no-page";
	asm volatile("movdqu (%5), %%xmm0; movdqu 16(%5), %%xmm1; movdqu 32(%5), %%xmm2\n"
		     "movdqu 48(%5), %%xmm3; movdqu 64(%5), %%xmm4; movdqu 80(%5), %%xmm5\n"
		     "call *%6"
		     : "=a"(rax), "+c"(control), "+d"(in), "+r"(r8)
		     : "a"(0), "S"(xmm), "D"(page) : "r9", "r10", "r11", "cc", "memory");
	switch (rax & 0xffff) {
	case HV_STATUS_SUCCESS:
		return "success";
	case HV_STATUS_INVALID_HYPERCALL_INPUT:
		return "invalid-input";
	case HV_STATUS_ACCESS_DENIED:
		return "denied";
	default:
		return "other-error";
	}
}

/*
 * Make one call for each number of empty banks.  @fixed is the input before the banks, of which
 * the last word becomes their mask.  A fast hypercall has the first two words in RDX and R8.
 */
static const char *with_banks(u32 code, bool fast, const u64 *fixed, u32 words, u32 from, u32 to)
{
	struct outcome o = {};

	for (u32 banks = from; banks <= to; banks++) {
		u64 control = code | (u64)banks << HV_HYPERCALL_VARHEAD_OFFSET;
		const char *result;

		for (u32 i = 0; i < ARRAY_SIZE(input); i++)
			input[i] = i < words ? fixed[i] : 0;
		input[words - 1] = banks < 64 ? BIT(banks) - 1 : -1ul;
		result = fast ? hypercall(control | HV_HYPERCALL_FAST, input[0], input[1], input + 2) :
			 hypercall(control, (u64)input, 0, input);
		if (outcome_add(&o, result))
			note("%u banks differ from %u", banks, from);
	}
	return outcome_name(&o);
}

static void observe_banks(void)
{
	static const u64 flush[4], ipi[3] = { VECTOR_TEST };

	SCOPE("banks");
	observe("flush.fast", with_banks(HVCALL_FLUSH_EX, true, flush, 4, 0, 10));
	observe("flush.slow", with_banks(HVCALL_FLUSH_EX, false, flush, 4, 0, 64));
	observe("flush.fast-11", with_banks(HVCALL_FLUSH_EX, true, flush, 4, 11, 11));
	observe("ipi.fast", with_banks(HVCALL_SEND_IPI_EX, true, ipi, 3, 0, 11));
	observe("ipi.slow", with_banks(HVCALL_SEND_IPI_EX, false, ipi, 3, 0, 64));
}

/* Return a bit of what KVM_GET_SUPPORTED_HV_CPUID returns; @reg: 0..3 for EAX to EDX. */
static bool has_bit(enum target target, u32 leaf, u32 reg, u32 bit)
{
	static struct cpuid_table t;

	t.head.nent = KVM_MAX_CPUID_ENTRIES;
	if (HOST_CALL(target, 0, STEP(KVM_GET_SUPPORTED_HV_CPUID, &t)) < 0)
		return false;
	for (u32 i = 0; i < t.head.nent; i++) {
		const u32 *regs = &t.entries[i].eax;

		if (t.entries[i].function == leaf)
			return regs[reg] >> bit & 1;
	}
	return false;
}

/* HvCallSendSyntheticClusterIpi is recommended. */
static bool has_ipis(enum target target)
{
	return has_bit(target, HYPERV_CPUID_ENLIGHTMENT_INFO, 0, 10);
}

/* Synthetic timers may raise an interrupt directly: KVM needs a local APIC for that. */
static bool has_direct_timers(enum target target)
{
	return has_bit(target, HYPERV_CPUID_FEATURES, 3, 19);
}

static const char *yes(bool b)
{
	return b ? "yes" : "no";
}

/* Take a fast IPI to the processor that has index @vp.  Without a local APIC, KVM has to refuse. */
static const char *send_ipi(u32 vp)
{
	u64 halves[12] = { BIT(vp / 64), BIT(vp % 64) };
	u32 before = this_cpu()->received[VECTOR_TEST];
	const char *ret;

	ret = hypercall(HVCALL_SEND_IPI_EX | HV_HYPERCALL_FAST | 1 << HV_HYPERCALL_VARHEAD_OFFSET,
			VECTOR_TEST, 0, halves);
	irq_enable();
	for (u32 i = 0; i < PATIENCE && this_cpu()->received[VECTOR_TEST] == before; i++)
		pause();
	irq_disable();
	return this_cpu()->received[VECTOR_TEST] != before ? "received" : ret;
}

static void observe_ipi(void)
{
	bool offered = has_ipis(TARGET_VCPU), has_apic = has_direct_timers(TARGET_VCPU);

	observe("supported.direct-timers", yes(has_apic));
	observe("supported.ipi", yes(offered));
	observe("supported.system.direct-timers", yes(has_direct_timers(TARGET_SYSTEM)));
	observe("supported.system.ipi", yes(has_ipis(TARGET_SYSTEM)));
	/* A KVM that offers the call without a local APIC dereferences a NULL pointer in it. */
	if (offered && !has_apic)
		observe("ipi", "not-tried");
	else
		observe("ipi", send_ipi(0));
	if (has_apic)
		observe_banks();
}

static void observe_vp_index(void)
{
	s64 max = check_extension(KVM_CAP_MAX_VCPUS);
	u64 value = -1ul;
	int vector = rdmsr_safe(HV_X64_MSR_VP_INDEX, &value);

	SCOPE("vp-index");
	observe("initial", vector ? fault_name(vector) : value == 0 ? "0" : "another");
	observe("guest-write", fault_name(wrmsr_safe(HV_X64_MSR_VP_INDEX, 0)));
	observe("set.max", host_result(set_msr(0, HV_X64_MSR_VP_INDEX, max)));
	observe("set.32-bit", host_result(set_msr(0, HV_X64_MSR_VP_INDEX, 0xffffffff)));
	observe("set.last", host_result(set_msr(0, HV_X64_MSR_VP_INDEX, max - 1)));
	vector = rdmsr_safe(HV_X64_MSR_VP_INDEX, &value);
	observe("then", vector ? fault_name(vector) : value == (u64)max - 1 ? "last" : "another");
	if (has_direct_timers(TARGET_VCPU))
		observe("ipi", send_ipi(max - 1));
	set_msr(0, HV_X64_MSR_VP_INDEX, 0);
}

void guest_main(void)
{
	page_enabled = !wrmsr_safe(HV_X64_MSR_GUEST_OS_ID, 1) &&
		       !wrmsr_safe(HV_X64_MSR_HYPERCALL, (u64)page | HV_MSR_ENABLE);
	observe("hypercall-page", yes(page_enabled));
	observe_synic();
	observe_ipi();
	observe_vp_index();
}
