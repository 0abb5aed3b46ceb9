// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's own MSRs: what they accept, and who has them - msr.rst, and api.rst 6.80
 *
 * Most of these MSRs hold the address of memory that KVM writes, and flags in the low bits
 * that the alignment leaves free; a reserved bit raises #GP.  CPUID 0x40000001 says which of
 * them exist, but a guest that does not look there can use all of them, unless the VMM has
 * enabled KVM_CAP_ENFORCE_PV_FEATURE_CPUID.
 */
#include "case.h"
#include "msr.h"

#define HIDDEN	.cpuid = { { .leaf = 0x40000001, .reg = 0, .clear = ~0u } }

CASE("pv-msrs", .vcpus = 2, .only_kvm = 1);
VARIANT("default");
VARIANT("hidden", HIDDEN);
VARIANT("enforced", ENABLE_OF_VCPUS(KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1));
VARIANT("enforced-hidden", HIDDEN, ENABLE_OF_VCPUS(KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1));

static u8 area[2][64] __attribute__((aligned(64)));

#define UPPER	(BIT(8) | BIT(15) | BIT(31) | BIT(32) | BIT(63))

static const struct pv_msr {
	const char *name;
	u32 msr;
	u64 flags;			/* in addition to the address */
	bool address;
	u64 reserved;
} msrs[] = {
	{ "wall-clock", 0x11, .address = true },
	{ "system-time", 0x12, 1, .address = true },
	{ "wall-clock-new", 0x4b564d00, .address = true },
	{ "system-time-new", 0x4b564d01, 1, .address = true },
	{ "async-pf-en", 0x4b564d02, .address = true, .reserved = BIT(4) | BIT(5) },
	{ "steal-time", 0x4b564d03, 1, .address = true, .reserved = BIT(6) - BIT(1) },
	{ "eoi-en", 0x4b564d04, 1, .address = true, .reserved = BIT(1) },
	{ "poll-control", 0x4b564d05, 1, .reserved = UPPER | BIT(1) | BIT(7) },
	{ "async-pf-int", 0x4b564d06, 0xe0, .reserved = UPPER },
};

static u64 legal(const struct pv_msr *m, u32 n)
{
	return m->address ? (u64)area[n] | m->flags : n ? m->flags : 0;
}

/* Try every reserved bit, together with a legal value. */
static const char *reserved(const struct pv_msr *m, bool by_ioctl)
{
	struct msr_trial t = { .by_ioctl = by_ioctl };
	struct outcome o = {};

	msr_begin(&t, m->msr, legal(m, 1));
	for (u32 bit = 0; bit < 64; bit++) {
		if (m->reserved & BIT(bit))
			msr_try(&t, &o, legal(m, 0) | BIT(bit));
	}
	msr_end(&t);
	return outcome_name(&o);
}

static void observe_msr(const struct pv_msr *m)
{
	struct msr_trial t = {};
	struct outcome o = {};
	int vector = wrmsr_safe(m->msr, legal(m, 1));

	if (vector) {
		observef("%s.legal = %s", m->name, fault_name(vector));
		return;
	}
	msr_begin(&t, m->msr, legal(m, 1));
	msr_try(&t, &o, legal(m, 0));
	msr_end(&t);
	observef("%s.legal = %s", m->name, outcome_name(&o));
	if (m->reserved) {
		observef("%s.reserved = %s", m->name, reserved(m, false));
		observef("%s.set-msrs.reserved = %s", m->name, reserved(m, true));
	}
	wrmsr(m->msr, 0);
}

static void observe_msrs(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(msrs); i++)
		observe_msr(&msrs[i]);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_msrs);
}
