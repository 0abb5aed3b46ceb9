// SPDX-License-Identifier: GPL-2.0-only
/*
 * What KVM_GET_SUPPORTED_CPUID says - api.rst 4.46, 9.1, and cpuid.rst
 *
 * The result is meant for KVM_SET_CPUID2, and every guest here gets its CPUID that way.  Some
 * features in it need more than that: an in-kernel APIC, which these guests have, or a
 * topology, which the VMM has to provide.  A feature that KVM emulates is in the result even if
 * the CPU lacks it, and a leaf about a feature that KVM does not support is zero.  KVM's own
 * leaves are in the result, too.  KVM refuses a buffer that is too small.
 */
#include "case.h"
#include "host.h"

CASE("supported-cpuid", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define X2APIC			BIT(21)
#define TSC_DEADLINE		BIT(24)
#define HYPERVISOR		BIT(31)
#define PV_UNHALT		BIT(7)
#define MUCH			4000

static struct cpuid supported(u32 leaf)
{
	struct cpuid r = {};

	supported_cpuid(leaf, 0, &r);
	return r;
}

/*
 * Look at the first two subleaves, except for what is not topology: the subleaf's number in ECX,
 * and in EDX the x2APIC ID of the host CPU that executed CPUID (doc/findings.md, 17).
 */
static const char *topology(u32 leaf)
{
	u32 id = leaf == 0x8000001e ? 0 : ~0u;

	for (u32 index = 0; index < 2; index++) {
		struct cpuid r;

		if (!supported_cpuid(leaf, index, &r)) {
			if (index)
				break;
			return UNSEEN_HOST "its CPU does not have this leaf";
		}
		if (r.eax || r.ebx || (r.ecx & ~0xffu) || (r.edx & ~id)) {
			note("leaf 0x%x, %u: 0x%x 0x%x 0x%x 0x%x", leaf, index, r.eax, r.ebx, r.ecx, r.edx);
			return "not-zero";
		}
	}
	return "zero";
}

/* Leaves that describe one feature, and the register and bits of CPUID that have the feature. */
static const struct feature_leaf {
	const char *name;
	u32 leaf, feature_leaf, reg, bits;
} feature_leaves[] = {
	{ "pmu", 0xa, 0xa, 0, 0xff }, { "sgx", 0x12, 7, 1, BIT(2) }, { "pt", 0x14, 7, 1, BIT(25) },
	{ "amx", 0x1d, 7, 3, BIT(24) }, { "svm", 0x8000000a, 0x80000001, 2, BIT(2) },
};

static void observe_absent_feature(const struct feature_leaf *f)
{
	struct cpuid has = supported(f->feature_leaf), r;
	bool is_there = supported_cpuid(f->leaf, 0, &r);

	SCOPE("absent");
	note("%s: leaf 0x%x: 0x%x 0x%x 0x%x 0x%x", f->name, f->leaf, r.eax, r.ebx, r.ecx, r.edx);
	observe(f->name, (&has.eax)[f->reg] & f->bits ? UNSEEN_HOST "this KVM has the feature" :
			 !is_there ? UNSEEN_HOST "its CPU does not have this leaf" :
			 r.eax | r.ebx | r.ecx | r.edx ? "not-zero" : "zero");
}

static s64 ask_for(u32 room, u32 *nent)
{
	*nent = room;
	return get_supported_cpuid(nent);
}

static void observe_room(void)
{
	u32 nent, again;

	observe("room.much", host_result(ask_for(MUCH, &nent)));
	observe("room.much.nent", nent < MUCH && nent ? "adjusted" : "kept");
	observe("room.right", host_result(ask_for(nent, &again)));
	observe("room.right.nent", again == nent ? "right" : "another");
	observe("room.one-more", host_result(ask_for(nent + 1, &again)));
	observe("room.one-more.nent", again == nent ? "adjusted" : "kept");
	observe("room.one-less", host_result(ask_for(nent - 1, &again)));
	observe("room.none", host_result(ask_for(0, &again)));
}

static void observe_kvm_leaves(void)
{
	struct cpuid c = cpuid(KVM_CPUID_SIGNATURE, 0);
	struct cpuid features = cpuid(KVM_CPUID_FEATURES, 0);

	observef("signature.eax = 0x%x", c.eax);
	observef("signature = 0x%x-0x%x-0x%x", c.ebx, c.ecx, c.edx);
	observef("features.hints = 0x%x", features.edx);
	observe("features.defined",
		features.eax & ~0x0103feffu ? "and-others" : "only");
	observef("x2apic = %u", !!(cpuid(1, 0).ecx & X2APIC));
}

void guest_main(void)
{
	wait_for_cpus(2);
	observef("x2apic = %u", !!(supported(1).ecx & X2APIC));
	observef("tsc-deadline = %u", !!(supported(1).ecx & TSC_DEADLINE));
	observef("pv-unhalt = %u", !!(supported(KVM_CPUID_FEATURES).eax & PV_UNHALT));
	observef("hypervisor = %u", !!(supported(1).ecx & HYPERVISOR));
	for (u32 i = 0; i < ARRAY_SIZE(feature_leaves); i++)
		observe_absent_feature(&feature_leaves[i]);
	observe("topology.0xb", topology(0xb));
	observe("topology.0x1f", topology(0x1f));
	observe("topology.0x8000001e", topology(0x8000001e));
	observe_room();
	on_each_vcpu(observe_kvm_leaves);
}
