// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flag that says that a vCPU was stopped - api.rst 4.70, KVM_KVMCLOCK_CTRL
 *
 * A guest whose vCPU does not run for seconds takes that for a lockup of its own.  A VMM that
 * has paused a vCPU tells the guest: KVM sets a flag in the kvmclock of that vCPU.  From then on
 * the flag belongs to the guest.  KVM writes the structure whenever the clock changes.  It must
 * not clear the flag before the guest has seen it, and not set it again after the guest has
 * cleared it.
 *
 * KVM_SET_CLOCK makes KVM write the kvmclock of each vCPU.
 */
#include "case.h"
#include "host.h"
#include "pvclock.h"

CASE("kvmclock-stopped", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

static const char *const vcpus[] = { "here", "there" };

static const char *stop(u32 vcpu)
{
	return host_result(HOST_CALL(TARGET_VCPU, vcpu, { .request = KVM_KVMCLOCK_CTRL }));
}

static void enter(void *unused)
{
	(void)unused;
	enter_again();
}

static const char *flag_name(u32 vcpu)
{
	return kvmclocks[vcpu].flags & PVCLOCK_GUEST_STOPPED ? "set" : "clear";
}

/* Once each vCPU has entered the guest again, look at the flags of the one and of the other. */
static void observe_flags(const char *key, u32 vcpu)
{
	u32 other = !vcpu;

	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++)
		call_on(i, enter, NULL);
	observef("%s.flag = %s", key, flag_name(vcpu));
	observef("%s.other.flag = %s", key, flag_name(other));
}

/* Have KVM write the kvmclocks: their version tells whether it has. */
static void observe_update(const char *key, u32 vcpu)
{
	struct kvm_clock_data data = {};
	u32 version = kvmclocks[vcpu].version;

	vm_ioctl(KVM_GET_CLOCK, &data);
	vm_ioctl(KVM_SET_CLOCK, &data);
	observe_flags(key, vcpu);
	observef("%s.version = %s", key,
		 kvmclocks[vcpu].version == version ? "the-same" : "another");
}

static void clear_flag(u32 vcpu)
{
	__atomic_and_fetch(&kvmclocks[vcpu].flags, (u8)~PVCLOCK_GUEST_STOPPED, __ATOMIC_SEQ_CST);
}

static void observe_vcpu(u32 vcpu)
{
	SCOPE(vcpus[vcpu]);
	observe_flags("before", vcpu);
	observe("stopped", stop(vcpu));
	observe_flags("stopped", vcpu);
	observe_update("stopped.update", vcpu);
	clear_flag(vcpu);
	observe_update("cleared.update", vcpu);
	observe("again", stop(vcpu));
	observe_flags("again", vcpu);
	clear_flag(vcpu);
	observe_update("cleared-again.update", vcpu);
}

static void end_clock(void *unused)
{
	(void)unused;
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, 0);
}

void guest_main(void)
{
	wait_for_cpus(2);
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++)
		observef("%s.no-clock = %s", vcpus[i], stop(i));
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++)
		kvmclock_begin(i);
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++)
		observe_vcpu(i);
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++) {
		call_on(i, end_clock, NULL);
		observef("%s.clock-off = %s", vcpus[i], stop(i));
	}
}
