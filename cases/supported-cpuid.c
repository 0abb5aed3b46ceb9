// SPDX-License-Identifier: GPL-2.0-only
/*
 * What KVM_GET_SUPPORTED_CPUID says - api.rst 4.46, 9.1, and cpuid.rst
 *
 * Its result is meant for KVM_SET_CPUID2, and every guest here has it so.  Some of it needs
 * more than that: an in-kernel APIC, which these guests have, or a topology, which is the
 * VMM's business.  KVM's own leaves are there, too.  Too little room is refused.
 */
#include "case.h"

CASE("supported-cpuid", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define X2APIC			BIT(21)
#define TSC_DEADLINE		BIT(24)
#define KVM_CPUID_SIGNATURE	0x40000000
#define KVM_CPUID_FEATURES	0x40000001
#define PV_UNHALT		BIT(7)
#define MUCH			4000

static struct cpuid supported(u32 leaf, u32 index)
{
	u64 arg[6] = { leaf, index };

	if (host_call(SERVICE_GET_SUPPORTED_CPUID, arg))
		return (struct cpuid) {};
	return (struct cpuid) { arg[0], arg[1], arg[2], arg[3] };
}

/*
 * The first two subleaves, but for what is no topology: their number in ECX, and in EDX the
 * x2APIC ID of the CPU that was asked (doc/findings.md, 17).
 */
static const char *topology(u32 leaf)
{
	u32 id = leaf == 0x8000001e ? 0 : ~0u;

	for (u32 index = 0; index < 2; index++) {
		u64 arg[6] = { leaf, index };

		if (host_call(SERVICE_GET_SUPPORTED_CPUID, arg)) {
			if (index)
				break;
			return UNSEEN_HOST "its CPU does not have this leaf";
		}
		if (arg[0] || arg[1] || (arg[2] & ~0xfful) || (arg[3] & ~id)) {
			note("leaf 0x%x, %u: 0x%lx 0x%lx 0x%lx 0x%lx", leaf, index, arg[0], arg[1],
			     arg[2], arg[3]);
			return "not-zero";
		}
	}
	return "zero";
}

static s64 ask_for(u32 room, u32 *nent)
{
	u64 arg[6] = { room };
	s64 ret = host_call(SERVICE_COUNT_CPUID, arg);

	*nent = arg[0];
	return ret;
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

static void observe_kvm_leaves(void *key)
{
	const char *where = key;
	struct cpuid c = cpuid(KVM_CPUID_SIGNATURE, 0);
	struct cpuid features = cpuid(KVM_CPUID_FEATURES, 0);

	observef("%s.signature.eax = 0x%x", where, c.eax);
	observef("%s.signature = 0x%x-0x%x-0x%x", where, c.ebx, c.ecx, c.edx);
	observef("%s.features.hints = 0x%x", where, features.edx);
	observef("%s.features.defined = %s", where,
		 features.eax & ~0x0103feffu ? "and-others" : "only");
	observef("%s.x2apic = %u", where, !!(cpuid(1, 0).ecx & X2APIC));
}

void guest_main(void)
{
	wait_for_cpus(2);
	observef("x2apic = %u", !!(supported(1, 0).ecx & X2APIC));
	observef("tsc-deadline = %u", !!(supported(1, 0).ecx & TSC_DEADLINE));
	observef("pv-unhalt = %u", !!(supported(KVM_CPUID_FEATURES, 0).eax & PV_UNHALT));
	observe("topology.0xb", topology(0xb));
	observe("topology.0x1f", topology(0x1f));
	observe("topology.0x8000001e", topology(0x8000001e));
	observe_room();
	observe_kvm_leaves("here");
	call_on(1, observe_kvm_leaves, "there");
}
