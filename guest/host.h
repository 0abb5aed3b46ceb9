/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a payload asks of its VMM: ioctls of KVM, and requests that are not an ioctl.
 * harness/run/ioctl.c has the list of allowed ioctls.
 */
#ifndef GUEST_HOST_H
#define GUEST_HOST_H

#include "kvm.h"
#include "protocol.h"
#include "x86.h"

/*
 * host_call() - do @nr @steps on @target, and for TARGET_VCPU on vCPU @index.
 *
 * Return what the last step returned, >= 0 or -errno; -ENOSYS without a host (bare metal).
 */
s64 host_call(enum target target, u32 index, const struct step *steps, u32 nr);

/* STEP() - an ioctl with the structure that @p points at. */
#define STEP(request, p)	{ request, sizeof(*(p)), (u64)(p), 0 }

#define HOST_CALL(target, index, ...)					\
	({								\
		const struct step steps_[] = { __VA_ARGS__ };		\
									\
		_Static_assert(ARRAY_SIZE(steps_) <= MAX_STEPS, "more than MAX_STEPS");	\
		host_call(target, index, steps_, ARRAY_SIZE(steps_));	\
	})

/* system_ioctl() and so on - one ioctl with the structure that @p points at. */
#define system_ioctl(request, p)	HOST_CALL(TARGET_SYSTEM, 0, STEP(request, p))
#define vm_ioctl(request, p)		HOST_CALL(TARGET_VM, 0, STEP(request, p))
#define vcpu_ioctl(index, request, p)	HOST_CALL(TARGET_VCPU, index, STEP(request, p))

/*
 * host_result() - return "accepted", the errno that a host call returned, or UNSEEN_GUEST
 * without a host.
 */
const char *host_result(s64 ret);

/*
 * create_other_vm() - create another VM, without vCPUs.
 * enable_cap() - KVM_ENABLE_CAP of the VM; return host_result().
 * other_enable_cap() - the same for the other VM.
 * @irqchip: 0 for a VM without an irqchip
 */
const char *enable_cap(u32 cap, u64 value);
const char *other_enable_cap(u32 cap, u64 value);
void create_other_vm(enum irqchip irqchip);

/*
 * set_slot() - KVM_SET_USER_MEMORY_REGION: map @size bytes of the page under test, from its first
 * byte, at @gpa; 0 deletes the slot.  Return host_result().
 * other_set_slot() - the same for the other VM.
 */
const char *set_slot(u32 slot, u32 flags, u64 gpa, u64 size);
const char *other_set_slot(u32 slot, u32 flags, u64 gpa, u64 size);

/* check_extension(), other_check_extension() - KVM_CHECK_EXTENSION of the VM, and the other VM. */
s64 check_extension(u32 cap);
s64 other_check_extension(u32 cap);

/*
 * host_time() - return the host's clock @id, CLOCK_..., in nanoseconds.
 * host_tsc() - return the host's TSC.
 */
#define CLOCK_REALTIME		0
#define CLOCK_MONOTONIC_RAW	4
u64 host_time(u32 id);
u64 host_tsc(void);

/*
 * share_cpu() - keep this vCPU on one CPU of the host, the same for each vCPU that calls this.
 * run_delay() - return how long this vCPU has waited for a CPU of the host, in nanoseconds.
 */
void share_cpu(void);
u64 run_delay(void);

/* add_vcpu() - create and start the next of the .late vCPUs. */
void add_vcpu(void);

/* mp_state() - KVM_GET_MP_STATE of a vCPU; return KVM_MP_STATE_..., or -errno. */
s64 mp_state(u32 index);

/*
 * get_lapic() - return a register from KVM_GET_LAPIC, or -errno.
 * set_lapic() - KVM_SET_LAPIC with that register changed; return 0 or -errno.
 */
s64 get_lapic(u32 index, u32 reg);
s64 set_lapic(u32 index, u32 reg, u32 value);

/* get_cr0(), set_cr0() - by KVM_GET_SREGS and KVM_SET_SREGS; return 0 or -errno. */
s64 get_cr0(u32 index, u64 *cr0);
s64 set_cr0(u32 index, u64 cr0);

/*
 * get_msr(), set_msr() - KVM_GET_MSRS and KVM_SET_MSRS of one MSR; return 0, or -EINVAL if
 * KVM refuses it.
 * get_feature_msr() - KVM_GET_MSRS of /dev/kvm: the features that KVM can give a vCPU.
 */
s64 get_msr(u32 index, u32 msr, u64 *value);
s64 set_msr(u32 index, u32 msr, u64 value);
s64 get_feature_msr(u32 msr, u64 *value);

/*
 * get_supported_cpuid() - KVM_GET_SUPPORTED_CPUID with room for *@nent entries, at most
 * 4096; set *@nent to the nent that KVM returns.
 * supported_cpuid() - get one leaf of it.
 * get_cpuid() - get one leaf of KVM_GET_CPUID2 of a vCPU.
 * The last two return false if the leaf is not there.
 */
s64 get_supported_cpuid(u32 *nent);
bool supported_cpuid(u32 leaf, u32 index, struct cpuid *r);
bool get_cpuid(u32 vcpu, u32 leaf, u32 index, struct cpuid *r);

/*
 * get_cpuid_table(), set_cpuid_table() - KVM_GET_CPUID2 and KVM_SET_CPUID2 of a vCPU, with
 * all entries; return 0 or -errno.
 * is_same_cpuid() - compare all fields of two entries.
 */
#define KVM_MAX_CPUID_ENTRIES	256	/* KVM has no more */

struct cpuid_table {
	struct kvm_cpuid2 head;
	struct kvm_cpuid_entry2 entries[KVM_MAX_CPUID_ENTRIES];
};

s64 get_cpuid_table(u32 vcpu, struct cpuid_table *t);
s64 set_cpuid_table(u32 vcpu, struct cpuid_table *t);
bool is_same_cpuid(const struct kvm_cpuid_entry2 *a, const struct kvm_cpuid_entry2 *b);

/*
 * vmm_exit() - return the last exit of this vCPU to the VMM since the previous call; needs
 * .vmm_exits.  Its count is 0 if there was no exit, or no host.
 * vmm_next() - forget the last exit, and set what the VMM does at the next exits, until
 * vmm_exit().
 * vmm_returns() - forget the last exit, and have the VMM return @ret, not 0, from the next
 * hypercall.
 */
struct vmm_exit vmm_exit(void);
void vmm_next(enum vmm_policy policy);
void vmm_returns(u64 ret);

/*
 * take_memory() - make a page absent: the host has to fetch it, and an access waits.
 * await_fault() - wait until a thread waits for the page; return which kind of thread.
 * give_memory() - make the page present, with @value as its first quadword.
 * @page: 4 KiB of the page under test
 */
void take_memory(volatile void *page);
enum awaited await_fault(volatile void *page);
void give_memory(volatile void *page, u64 value);

/* enter_again() - exit and enter again, so that KVM does what it has put off until VM entry. */
void enter_again(void);

#endif
