// SPDX-License-Identifier: GPL-2.0-only
/*
 * The offset of a vCPU's TSC - devices/vcpu.rst 4, KVM_VCPU_TSC_CTRL
 *
 * The CPU adds an offset to the TSC that a guest reads (SDM 3C, "TSC offsetting"; APM 2,
 * TSC_OFFSET of the VMCB).  A VMM reads and sets it as an attribute of the vCPU, so that the
 * TSC of a VM that has moved counts the time in which the VM was paused.  The document has an
 * algorithm for that: kvmclock and the TSC of the moved guest must then go on as if it had not
 * moved.
 *
 * Each reading of the guest's TSC is enclosed by two readings of the host's.  As the target of
 * a move, the VM gets another clock and other offsets in the middle.
 */
#include "case.h"
#include "host.h"
#include "pvclock.h"

CASE("tsc-offset", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

#define FAR	BIT(40)			/* cycles: some minutes */

static const char *const vcpus[] = { "here", "there" };
static u64 offsets[2];			/* as the VMM has set them */

static s64 attribute(u32 vcpu, u32 request, u32 group, u64 attr, u64 *value)
{
	struct kvm_device_attr a = { .group = group, .attr = attr, .addr = (u64)value };

	return vcpu_ioctl(vcpu, request, &a);
}

static s64 offset(u32 vcpu, u32 request, u64 *value)
{
	return attribute(vcpu, request, KVM_VCPU_TSC_CTRL, KVM_VCPU_TSC_OFFSET, value);
}

static void read_tsc(void *tsc)
{
	*(u64 *)tsc = rdtsc();
}

static void read_tsc_at_cpl3(void *tsc)
{
	user_call(read_tsc, tsc);
}

/* See whether a vCPU's TSC is the host's plus its offset, or @slack cycles more or less. */
static void observe_tsc(const char *key, u32 vcpu, void (*read)(void *), u64 slack)
{
	u64 before = host_tsc(), tsc = 0, after;

	call_on(vcpu, read, &tsc);
	after = host_tsc();
	note("host %lu, guest %lu with offset 0x%lx, host %lu", before, tsc, offsets[vcpu], after);
	observe(key, place(before - slack, tsc - offsets[vcpu], after + slack));
}

static void observe_tscs(u64 slack)
{
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++) {
		SCOPE(vcpus[i]);
		observe_tsc("tsc", i, read_tsc, slack);
		observe_tsc("cpl3.tsc", i, read_tsc_at_cpl3, slack);
	}
}

static void observe_set(const char *key, u32 vcpu, u64 value)
{
	u64 readback = 0;

	SCOPE(key);
	offsets[vcpu] = value;
	observe("set", host_result(offset(vcpu, KVM_SET_DEVICE_ATTR, &value)));
	offset(vcpu, KVM_GET_DEVICE_ATTR, &readback);
	observe("readback", kept(readback == value));
	observe_tscs(0);
}

static void observe_refused(u32 vcpu)
{
	static const u32 requests[] = {
		KVM_HAS_DEVICE_ATTR, KVM_GET_DEVICE_ATTR, KVM_SET_DEVICE_ATTR,
	};
	struct outcome attr = {}, group = {}, address = {};
	u64 value = FAR;

	SCOPE("refused");
	for (u32 i = 0; i < ARRAY_SIZE(requests); i++) {
		outcome_add(&attr, host_result(attribute(vcpu, requests[i], KVM_VCPU_TSC_CTRL,
							 KVM_VCPU_TSC_OFFSET + 1, &value)));
		outcome_add(&group, host_result(attribute(vcpu, requests[i], KVM_VCPU_TSC_CTRL + 1,
							  KVM_VCPU_TSC_OFFSET, &value)));
		if (requests[i] != KVM_HAS_DEVICE_ATTR)
			outcome_add(&address, host_result(offset(vcpu, requests[i], NULL)));
	}
	observe("attribute", outcome_name(&attr));
	observe("group", outcome_name(&group));
	observe("address", outcome_name(&address));
	observe_tscs(0);
}

static void observe_vcpu(u32 vcpu)
{
	u64 original = 0;

	SCOPE(vcpus[vcpu]);
	observe("has", host_result(offset(vcpu, KVM_HAS_DEVICE_ATTR, NULL)));
	observe("get", host_result(offset(vcpu, KVM_GET_DEVICE_ATTR, &original)));
	offsets[vcpu] = original;
	observe_set("set", vcpu, original + FAR);
	observe_refused(vcpu);
	observe_set("undone", vcpu, original);
	observe_set("again", vcpu, original + 2 * FAR);
	observe_set("undone-again", vcpu, original);
}

/* What a VM has that another VMM creates: its clock is near 0, and its TSC is that of the host. */
static void be_new(void)
{
	struct kvm_clock_data data = {};
	u64 none = 0;

	vm_ioctl(KVM_SET_CLOCK, &data);
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++)
		offset(i, KVM_SET_DEVICE_ATTR, &none);
}

/* The document's steps 4 to 7, on the destination. */
static void arrive(const struct kvm_clock_data *source, u64 khz)
{
	struct kvm_clock_data data = {
		.clock = source->clock, .realtime = source->realtime, .flags = KVM_CLOCK_REALTIME,
	};

	vm_ioctl(KVM_SET_CLOCK, &data);
	vm_ioctl(KVM_GET_CLOCK, &data);
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++) {
		u64 value = offsets[i] + (data.clock - source->clock) * khz / 1000000 +
			    source->host_tsc - data.host_tsc;

		offset(i, KVM_SET_DEVICE_ATTR, &value);
	}
}

static void observe_clocks(u64 before, u64 clock)
{
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++) {
		u64 now = kvmclock_read(i), elapsed = host_time(CLOCK_MONOTONIC_RAW) - before;

		SCOPE(vcpus[i]);
		note("from %lu ns, to %lu ns, after %lu ns", clock, now, elapsed);
		observe("clock", place(clock, now, clock + 2 * LONGEST(elapsed)));
	}
	observe("between-vcpus", kvmclock_between_vcpus());
}

/* KVM_GET_CLOCK and KVM_SET_CLOCK are not exact while the host does something else meanwhile. */
static void observe_move(void)
{
	u64 before = host_time(CLOCK_MONOTONIC_RAW), clock = kvmclock_read(0), begin = host_tsc();
	struct kvm_clock_data source = {};
	s64 khz;

	SCOPE("moved");
	vm_ioctl(KVM_GET_CLOCK, &source);
	khz = HOST_CALL(TARGET_VCPU, 0, { .request = KVM_GET_TSC_KHZ });
	be_new();
	arrive(&source, khz);
	observe_tscs(host_tsc() - begin);
	observe_clocks(before, clock);
}

void guest_main(void)
{
	wait_for_cpus(2);
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++) {
		kvmclock_begin(i);
		offset(i, KVM_GET_DEVICE_ATTR, &offsets[i]);
	}
	observe_move();
	for (u32 i = 0; i < ARRAY_SIZE(vcpus); i++)
		observe_vcpu(i);
}
