// SPDX-License-Identifier: GPL-2.0-only
/* Malformed mailboxes, an unknown doorbell, and host calls that never end or do not exist. */
#include "case.h"
#include "host.h"

CASE("garbage");
VARIANT("all-over", .ids = { 1 });
VARIANT("million", .ids = { 2 });
VARIANT("format", .ids = { 3 });
VARIANT("no-value", .ids = { 4 });
VARIANT("far-string", .ids = { 5 });
VARIANT("ring", .ids = { 6 });
VARIANT("question", .ids = { 18 });
VARIANT("flood", .ids = { 7 }, .time_limit_ms = 200);
VARIANT("call-request", .ids = { 8 });
VARIANT("call-size", .ids = { 9 });
VARIANT("call-other", .ids = { 17 });
VARIANT("call-entries", .ids = { 10 });
VARIANT("call-target", .ids = { 11 });
VARIANT("call-vcpu", .ids = { 12 });
VARIANT("call-structure", .ids = { 13 });
VARIANT("call-pointer", .ids = { 14 });
VARIANT("call-steps", .ids = { 15 });
VARIANT("call-store", .ids = { 16 });

/* A host call that the harness has to refuse. */
static void call_garbage(u32 id)
{
	struct kvm_lapic_state lapic;
	struct kvm_msrs msrs = { .nmsrs = 1000000 };
	struct kvm_userspace_memory_region region = {
		.slot = 1, .guest_phys_addr = MEMORY_END, .memory_size = 0x200000, .userspace_addr = 0x400000,
	};

	switch (id) {
	case 8:
		HOST_CALL(TARGET_VM, 0, { .request = KVM_CREATE_VM });
		break;
	case 9:
		HOST_CALL(TARGET_VCPU, 0, { KVM_GET_LAPIC, 8, (u64)&lapic, 0 });
		break;
	case 10:
		vcpu_ioctl(0, KVM_GET_MSRS, &msrs);
		break;
	case 11:
		HOST_CALL(77, 0, STEP(KVM_GET_LAPIC, &lapic));
		break;
	case 12:
		vcpu_ioctl(77, KVM_GET_LAPIC, &lapic);
		break;
	case 13:
		vcpu_ioctl(0, KVM_GET_LAPIC, (struct kvm_lapic_state *)(PAGE_BASE - 8));
		break;
	case 14:
		vm_ioctl(KVM_SET_USER_MEMORY_REGION, &region);
		break;
	case 15:
		mailbox.call[0] = (struct host_call) { .nr = 1000 };
		ring(RING_CALL);
		break;
	case 16:
		HOST_CALL(TARGET_VM, 0, { HOST_STORE, 8, ~0ul, 0 });
		break;
	case 17:
		vm_ioctl(KVM_GET_LAPIC, &lapic);
	}
}

/* The vCPU's id selects the variant. */
void guest_main(void)
{
	observe("before", "seen");
	switch (this_cpu()->id) {
	case 1:
		for (u32 i = 0; i < sizeof(mailbox) / 8; i++)
			((u64 *)&mailbox)[i] = 0xa5a5a5a5a5a5a5a5;
		break;
	case 2:
		mailbox.entries = 1000000;
		break;
	case 3:
		mailbox.entry[mailbox.entries++] = (struct entry) { .format = (u64)"%n%n%n = %q" };
		break;
	case 4:
		mailbox.entry[mailbox.entries++] = (struct entry) { .format = (u64)"nothing" };
		break;
	case 5:
		observef("far = %s", (char *)0xdeadbeef00000000);
		mailbox.entry[mailbox.entries++] = (struct entry) { .format = 0x10 };
		break;
	case 6:
		ring(0x1234);
		break;
	case 18:
		observe("unseen", "?host: what a record says of a value that was not observed");
		break;
	case 7:
		for (;;)
			check_extension(KVM_CAP_X2APIC_API);
	default:
		call_garbage(this_cpu()->id);
	}
}
