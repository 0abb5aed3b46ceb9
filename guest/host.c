// SPDX-License-Identifier: GPL-2.0-only
#include "host.h"

#include "case.h"

s64 host_call(enum target target, u32 index, const struct step *steps, u32 nr)
{
	struct host_call *call = &mailbox.call[this_cpu()->index];

	if (!mailbox.host)
		return -ENOSYS;
	call->target = target;
	call->vcpu = index;
	call->nr = nr;
	for (u32 i = 0; i < nr; i++)
		call->step[i] = steps[i];
	ring(RING_CALL);
	asm volatile("" ::: "memory");
	return call->ret;
}

const char *host_result(s64 ret)
{
	switch (ret) {
	case -EINVAL:
		return "EINVAL";
	case -ENXIO:
		return "ENXIO";
	case -E2BIG:
		return "E2BIG";
	case -ENOMEM:
		return "ENOMEM";
	case -EEXIST:
		return "EEXIST";
	case -EBUSY:
		return "EBUSY";
	case -ENOENT:
		return "ENOENT";
	case -EFAULT:
		return "EFAULT";
	case -ENOSYS:
		return UNSEEN_GUEST "no host";
	default:
		return ret < 0 ? "refused" : "accepted";
	}
}

static const char *enable(enum target target, u32 cap, u64 value)
{
	struct kvm_enable_cap enable = { .cap = cap, .args = { value } };

	return host_result(HOST_CALL(target, 0, STEP(KVM_ENABLE_CAP, &enable)));
}

const char *enable_cap(u32 cap, u64 value)
{
	return enable(TARGET_VM, cap, value);
}

const char *other_enable_cap(u32 cap, u64 value)
{
	return enable(TARGET_OTHER_VM, cap, value);
}

void create_other_vm(enum irqchip irqchip)
{
	HOST_CALL(TARGET_SYSTEM, 0, { .request = HOST_CREATE_VM, .value = irqchip });
}

static const char *map_slot(enum target target, u32 slot, u32 flags, u64 gpa, u64 size)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot, .flags = flags, .guest_phys_addr = gpa, .memory_size = size,
		.userspace_addr = PAGE_BASE,
	};

	return host_result(HOST_CALL(target, 0, STEP(KVM_SET_USER_MEMORY_REGION, &region)));
}

const char *set_slot(u32 slot, u32 flags, u64 gpa, u64 size)
{
	return map_slot(TARGET_VM, slot, flags, gpa, size);
}

const char *other_set_slot(u32 slot, u32 flags, u64 gpa, u64 size)
{
	return map_slot(TARGET_OTHER_VM, slot, flags, gpa, size);
}

s64 check_extension(u32 cap)
{
	return HOST_CALL(TARGET_VM, 0, { .request = KVM_CHECK_EXTENSION, .data = cap });
}

s64 other_check_extension(u32 cap)
{
	return HOST_CALL(TARGET_OTHER_VM, 0, { .request = KVM_CHECK_EXTENSION, .data = cap });
}

u64 host_time(u32 id)
{
	return HOST_CALL(TARGET_SYSTEM, 0, { .request = HOST_TIME, .value = id });
}

u64 host_tsc(void)
{
	return HOST_CALL(TARGET_SYSTEM, 0, { .request = HOST_TSC });
}

void share_cpu(void)
{
	HOST_CALL(TARGET_SYSTEM, 0, { .request = HOST_SHARE_CPU });
}

u64 run_delay(void)
{
	return HOST_CALL(TARGET_SYSTEM, 0, { .request = HOST_RUN_DELAY });
}

void add_vcpu(void)
{
	HOST_CALL(TARGET_VM, 0, { .request = HOST_ADD_VCPU });
}

s64 mp_state(u32 index)
{
	struct kvm_mp_state state;
	s64 ret = vcpu_ioctl(index, KVM_GET_MP_STATE, &state);

	return ret ? ret : state.mp_state;
}

s64 get_lapic(u32 index, u32 reg)
{
	struct kvm_lapic_state lapic;
	s64 ret = vcpu_ioctl(index, KVM_GET_LAPIC, &lapic);

	return ret ? ret : *(u32 *)(lapic.regs + reg);
}

/* In one host call: get the registers, store to one of them, and set them. */
s64 set_lapic(u32 index, u32 reg, u32 value)
{
	struct kvm_lapic_state lapic;

	return HOST_CALL(TARGET_VCPU, index, STEP(KVM_GET_LAPIC, &lapic),
			 { HOST_STORE, sizeof(u32), (u64)(lapic.regs + reg), value },
			 STEP(KVM_SET_LAPIC, &lapic));
}

s64 get_cr0(u32 index, u64 *cr0)
{
	struct kvm_sregs sregs;
	s64 ret = vcpu_ioctl(index, KVM_GET_SREGS, &sregs);

	if (!ret)
		*cr0 = sregs.cr0;
	return ret;
}

s64 set_cr0(u32 index, u64 cr0)
{
	struct kvm_sregs sregs;

	return HOST_CALL(TARGET_VCPU, index, STEP(KVM_GET_SREGS, &sregs),
			 { HOST_STORE, sizeof(u64), (u64)&sregs.cr0, cr0 },
			 STEP(KVM_SET_SREGS, &sregs));
}

/* These ioctls return how many MSRs they have read or written. */
static s64 one_msr(enum target target, u32 index, u32 request, u32 msr, u64 *value)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry;
	} one = { .head.nmsrs = 1, .entry = { .index = msr, .data = *value } };
	s64 ret = HOST_CALL(target, index, STEP(request, &one));

	*value = one.entry.data;
	return ret == 1 ? 0 : ret < 0 ? ret : -EINVAL;
}

s64 get_msr(u32 index, u32 msr, u64 *value)
{
	*value = 0;
	return one_msr(TARGET_VCPU, index, KVM_GET_MSRS, msr, value);
}

s64 set_msr(u32 index, u32 msr, u64 value)
{
	return one_msr(TARGET_VCPU, index, KVM_SET_MSRS, msr, &value);
}

s64 get_feature_msr(u32 msr, u64 *value)
{
	*value = 0;
	return one_msr(TARGET_SYSTEM, 0, KVM_GET_MSRS, msr, value);
}

#define MAX_CPUID_ENTRIES	4096

static struct {
	struct kvm_cpuid2 head;
	struct kvm_cpuid_entry2 entries[MAX_CPUID_ENTRIES];
} leaves;

static s64 read_leaves(enum target target, u32 vcpu, u32 request, u32 nent)
{
	leaves.head.nent = nent;
	return HOST_CALL(target, vcpu, {
		request, sizeof(leaves.head) + nent * sizeof(leaves.entries[0]), (u64)&leaves, 0,
	});
}

s64 get_supported_cpuid(u32 *nent)
{
	s64 ret = read_leaves(TARGET_SYSTEM, 0, KVM_GET_SUPPORTED_CPUID, *nent);

	*nent = leaves.head.nent;
	return ret;
}

static bool find_leaf(u32 leaf, u32 index, struct cpuid *r)
{
	for (u32 i = 0; i < leaves.head.nent && i < MAX_CPUID_ENTRIES; i++) {
		const struct kvm_cpuid_entry2 *e = &leaves.entries[i];

		if (e->function != leaf || e->index != index)
			continue;
		*r = (struct cpuid) { e->eax, e->ebx, e->ecx, e->edx };
		return true;
	}
	return false;
}

bool supported_cpuid(u32 leaf, u32 index, struct cpuid *r)
{
	return !read_leaves(TARGET_SYSTEM, 0, KVM_GET_SUPPORTED_CPUID, KVM_MAX_CPUID_ENTRIES) &&
	       find_leaf(leaf, index, r);
}

bool get_cpuid(u32 vcpu, u32 leaf, u32 index, struct cpuid *r)
{
	return !read_leaves(TARGET_VCPU, vcpu, KVM_GET_CPUID2, KVM_MAX_CPUID_ENTRIES) &&
	       find_leaf(leaf, index, r);
}

bool is_same_cpuid(const struct kvm_cpuid_entry2 *a, const struct kvm_cpuid_entry2 *b)
{
	return a->function == b->function && a->index == b->index && a->flags == b->flags &&
	       a->eax == b->eax && a->ebx == b->ebx && a->ecx == b->ecx && a->edx == b->edx;
}

/* Before 6.4, KVM does not return how many entries there are: the others keep their zeros. */
s64 get_cpuid_table(u32 vcpu, struct cpuid_table *t)
{
	static const struct kvm_cpuid_entry2 zero;
	s64 ret;

	__builtin_memset(t, 0, sizeof(*t));
	t->head.nent = KVM_MAX_CPUID_ENTRIES;
	ret = vcpu_ioctl(vcpu, KVM_GET_CPUID2, t);
	while (t->head.nent && is_same_cpuid(&t->entries[t->head.nent - 1], &zero))
		t->head.nent--;
	return ret;
}

s64 set_cpuid_table(u32 vcpu, struct cpuid_table *t)
{
	return vcpu_ioctl(vcpu, KVM_SET_CPUID2, t);
}

static struct vmm_exit exit_and(u64 answer)
{
	struct vmm_exit e = {};

	HOST_CALL(TARGET_VCPU, this_cpu()->index, { HOST_VMM_EXIT, sizeof(e), (u64)&e, answer });
	return e;
}

struct vmm_exit vmm_exit(void)
{
	return exit_and(VMM_ACCEPTS);
}

void vmm_next(enum vmm_policy policy)
{
	exit_and(policy);
}

void vmm_returns(u64 ret)
{
	exit_and(ret);
}

static s64 memory(enum host_request request, volatile void *page, u64 value)
{
	return HOST_CALL(TARGET_VM, 0, { request, 0, (u64)page, value });
}

void take_memory(volatile void *page)
{
	memory(HOST_TAKE_MEMORY, page, 0);
}

enum awaited await_fault(volatile void *page)
{
	s64 ret = memory(HOST_AWAIT_FAULT, page, 0);

	return ret < 0 ? AWAITED_BY_NOBODY : (enum awaited)ret;
}

void give_memory(volatile void *page, u64 value)
{
	memory(HOST_GIVE_MEMORY, page, value);
}

void enter_again(void)
{
	ring(RING_YIELD);
}
