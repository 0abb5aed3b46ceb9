// SPDX-License-Identifier: GPL-2.0-only
#include "msr.h"

#include "host.h"

const u32 mtrr_fixed[MTRR_FIXED] = {
	MSR_MTRRfix64K_00000, MSR_MTRRfix16K_80000, MSR_MTRRfix16K_A0000,
	MSR_MTRRfix4K_C0000 + 0, MSR_MTRRfix4K_C0000 + 1, MSR_MTRRfix4K_C0000 + 2,
	MSR_MTRRfix4K_C0000 + 3, MSR_MTRRfix4K_C0000 + 4, MSR_MTRRfix4K_C0000 + 5,
	MSR_MTRRfix4K_C0000 + 6, MSR_MTRRfix4K_C0000 + 7,
};

const u8 mtrr_types[MTRR_TYPES] = {
	X86_MEMTYPE_UC, X86_MEMTYPE_WC, X86_MEMTYPE_WT, X86_MEMTYPE_WP, X86_MEMTYPE_WB,
};

u64 mtrr_types_from(u32 first)
{
	u64 value = 0;

	for (int byte = 0; byte < 8; byte++)
		value = value << 8 | mtrr_types[(first + byte) % MTRR_TYPES];
	return value;
}

u64 addresses(void)
{
	return (BIT(cpuid(0x80000008, 0).eax & 0xff) - 1) & ~0xffful;
}

void msr_begin(struct msr_trial *t, u32 msr, u64 start)
{
	t->msr = msr;
	t->start = start;
	t->before = rdmsr(msr);
	wrmsr(msr, start);
}

void msr_end(const struct msr_trial *t)
{
	wrmsr(t->msr, t->before);
}

static const char *by_wrmsr(const struct msr_trial *t, u64 value, u64 *after)
{
	int fault = wrmsr_safe(t->msr, value);

	*after = rdmsr(t->msr);
	if (fault)
		return *after == t->start ? fault_name(fault) : "fault-but-changed";
	return *after == value ? "readback" : "dropped";
}

/* By KVM_SET_MSRS; RDMSR and KVM_GET_MSRS must return the same value afterwards. */
static const char *by_ioctl(const struct msr_trial *t, u64 value, u64 *after)
{
	u32 vcpu = this_cpu()->index;
	s64 r = set_msr(vcpu, t->msr, value);
	u64 got;

	*after = rdmsr(t->msr);
	if (r == -ENOSYS)
		return UNSEEN_GUEST "no host";
	if (r)
		return *after == t->start ? "EINVAL" : "refused-but-changed";
	if (get_msr(vcpu, t->msr, &got) || got != *after)
		return "differs";
	return *after == value ? "readback" : "dropped";
}

void msr_try(const struct msr_trial *t, struct outcome *o, u64 value)
{
	u64 after;
	const char *what = (t->by_ioctl ? by_ioctl : by_wrmsr)(t, value, &after);

	if (after != t->start)
		wrmsr(t->msr, t->start);
	if (outcome_add(o, what))
		note("MSR 0x%x: %s, but %s for 0x%lx", t->msr, o->what, what, value);
}
