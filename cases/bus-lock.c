// SPDX-License-Identifier: GPL-2.0-only
/*
 * RIP at an exit for a bus lock - api.rst 7.22
 *
 * A locked access across two cache lines locks the bus for all CPUs.  CPUs that can detect a
 * bus lock exit: Intel CPUs after the instruction, AMD CPUs before it (SDM 3C, "Bus-Lock
 * Detection", APM 2, 15.14.5 "Bus Lock Threshold").
 */
#include "case.h"
#include "host.h"

CASE("bus-lock", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1,
     ENABLE(KVM_CAP_X86_BUS_LOCK_EXIT, KVM_BUS_LOCK_DETECTION_EXIT));
VARIANT("default");

static u8 lines[128] __attribute__((aligned(64)));

struct place {
	u64 at, behind;
};

static void split_lock(void *place)
{
	struct place p;

	asm volatile("lea 1f(%%rip), %0\n"
		     "lea 2f(%%rip), %1\n"
		     "1: lock incl %2\n"
		     "2:\n"
		     : "=&r"(p.at), "=&r"(p.behind), "+m"(*(u32 *)&lines[62]) :: "memory");
	*(struct place *)place = p;
}

static const char *seen(const struct place *p)
{
	struct vmm_exit e = vmm_exit();

	if (e.count != 1 || e.reason != KVM_EXIT_X86_BUS_LOCK)
		return e.count ? "another-exit" : "no-exit";
	return e.rip == p->at ? "at" : e.rip == p->behind ? "behind" : "elsewhere";
}

static void observe_lock(void)
{
	struct place p;

	lines[62] = 0;
	split_lock(&p);
	observe("cpl0", seen(&p));
	user_call(split_lock, &p);
	observe("cpl3", seen(&p));
	observef("count = %u", (u32)lines[62]);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_lock);
}
