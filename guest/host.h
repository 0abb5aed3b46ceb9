/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a payload asks of its VMM: KVM's ioctls by one host call, and what is not an ioctl.
 * harness/run/host_call.c has the list of what is allowed.
 */
#ifndef GUEST_HOST_H
#define GUEST_HOST_H

#include "kvm.h"
#include "protocol.h"
#include "x86.h"


/*
 * host_call() - do @nr @steps on @target, and for TARGET_VCPU on vCPU @index.
 *
 * Returns what the last step returned, >= 0 or -errno; -ENOSYS where no host answers.
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

/* host_result() - "accepted", or the errno that a host call returned; UNSEEN_GUEST without a host. */
const char *host_result(s64 ret);

/*
 * enable_cap() - KVM_ENABLE_CAP of the VM, as host_result(); other_enable_cap() - of the one
 * that create_other_vm() has made, without vCPUs.
 * @irqchip: 0 for a VM without one
 */
const char *enable_cap(u32 cap, u64 value);
const char *other_enable_cap(u32 cap, u64 value);
void create_other_vm(enum irqchip irqchip);

/* check_extension() - KVM_CHECK_EXTENSION of the VM. */
s64 check_extension(u32 cap);

/* add_vcpu() - create the next vCPU of those that are .late, and start it. */
void add_vcpu(void);

/* mp_state() - KVM_GET_MP_STATE of a vCPU: KVM_MP_STATE_..., or -errno. */
s64 mp_state(u32 index);

/*
 * get_lapic() - a register of KVM_GET_LAPIC, or -errno.
 * set_lapic() - KVM_SET_LAPIC with that register changed; returns what it returned.
 */
s64 get_lapic(u32 index, u32 reg);
s64 set_lapic(u32 index, u32 reg, u32 value);

/* get_cr0(), set_cr0() - the same with KVM_GET_SREGS and KVM_SET_SREGS. */
s64 get_cr0(u32 index, u64 *cr0);
s64 set_cr0(u32 index, u64 cr0);

/*
 * get_msr(), set_msr() - KVM_GET_MSRS and KVM_SET_MSRS of one MSR: 0, or -EINVAL where KVM
 * refuses it.
 * get_feature_msr() - KVM_GET_MSRS of /dev/kvm: the most that KVM can give a vCPU.
 */
s64 get_msr(u32 index, u32 msr, u64 *value);
s64 set_msr(u32 index, u32 msr, u64 value);
s64 get_feature_msr(u32 msr, u64 *value);

/*
 * get_supported_cpuid() - KVM_GET_SUPPORTED_CPUID with room for *@nent entries, at most
 * 4096; *@nent is what KVM leaves there.
 * supported_cpuid() - one of its leaves, and get_cpuid() - one of KVM_GET_CPUID2 of a vCPU;
 * return false if the leaf is not there.
 */
s64 get_supported_cpuid(u32 *nent);
bool supported_cpuid(u32 leaf, u32 index, struct cpuid *r);
bool get_cpuid(u32 vcpu, u32 leaf, u32 index, struct cpuid *r);

/*
 * vmm_exit() - the last exit of this vCPU that its VMM has seen since the last call, where
 * .vmm_exits is set; its count is 0 if there was none, and where no host is.
 * vmm_refuses() - forget it, and refuse what the guest asks for until vmm_exit().
 */
struct vmm_exit vmm_exit(void);
void vmm_refuses(void);

/*
 * take_memory() - make a page absent: the host has to fetch it, and an access waits.
 * await_fault() - wait until an access waits for it, and return whose.
 * give_memory() - the host has fetched it, and its first quadword is @value.
 * @page: 4 KiB of the page under test
 */
void take_memory(volatile void *page);
enum awaited await_fault(volatile void *page);
void give_memory(volatile void *page, u64 value);

/* enter_again() - an exit and a VM entry, before which KVM does what it still has to do. */
void enter_again(void);

#endif
