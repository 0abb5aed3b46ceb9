// SPDX-License-Identifier: GPL-2.0-only
/*
 * A state that was saved: is each ioctl one of state.c, and has it all the bytes that KVM reads?
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "run/state.h"
#include "text.h"

size_t state_bitmap_size(uint32_t nmsrs)
{
	return (nmsrs + 63) / 64 * sizeof(uint64_t);
}

/* Return whether @size is that of a head with the counter at @count, and as many entries. */
static bool is_list(const uint8_t *bytes, size_t size, size_t head, size_t count, size_t entry)
{
	uint32_t n;

	if (size < head || size > MAX_STRUCTURE)
		return false;
	memcpy(&n, bytes + count, sizeof(n));
	return size == head + (uint64_t)n * entry;
}

static bool is_nested(const uint8_t *bytes, size_t size)
{
	struct kvm_nested_state nested;

	if (size < sizeof(nested) || size > MAX_STRUCTURE)
		return false;
	memcpy(&nested, bytes, sizeof(nested));
	return nested.size == size;
}

bool state_is_of_vcpu(unsigned long request, const uint8_t *bytes, size_t size)
{
	switch (request) {
	case KVM_SET_SREGS2:
	case KVM_SET_REGS:
	case KVM_SET_XCRS:
	case KVM_SET_LAPIC:
	case KVM_SET_VCPU_EVENTS:
	case KVM_SET_DEBUGREGS:
	case KVM_SET_MP_STATE:
		return size == _IOC_SIZE(request);
	case KVM_SET_TSC_KHZ:
		return !size;
	case KVM_SET_DEVICE_ATTR:	/* the TSC offset */
		return size == sizeof(uint64_t);
	case KVM_SET_XSAVE:
		return size >= sizeof(struct kvm_xsave) && size <= MAX_STRUCTURE;
	case KVM_SET_NESTED_STATE:
		return is_nested(bytes, size);
	case KVM_SET_CPUID2:
		return is_list(bytes, size, sizeof(struct kvm_cpuid2),
			       offsetof(struct kvm_cpuid2, nent), sizeof(struct kvm_cpuid_entry2));
	case KVM_SET_MSRS:
		return is_list(bytes, size, sizeof(struct kvm_msrs),
			       offsetof(struct kvm_msrs, nmsrs), sizeof(struct kvm_msr_entry)) &&
			size <= sizeof(struct kvm_msrs) + MAX_MSRS * sizeof(struct kvm_msr_entry);
	default:
		return false;
	}
}

bool state_is_of_vm(unsigned long request, size_t size)
{
	return (request == KVM_SET_IRQCHIP || request == KVM_SET_CLOCK) && size == _IOC_SIZE(request);
}

/* Only the page under test may be memory of another slot, as for a host call. */
static bool is_region(const uint8_t *bytes, size_t size)
{
	struct kvm_userspace_memory_region r;

	if (size != sizeof(r))
		return false;
	memcpy(&r, bytes, sizeof(r));
	return r.userspace_addr >= PAGE_BASE && r.userspace_addr <= PAGE_END &&
		r.memory_size && r.memory_size <= PAGE_END - r.userspace_addr;
}

static bool is_filter(const uint8_t *bytes, size_t size)
{
	struct kvm_msr_filter f;
	size_t wanted = sizeof(f);

	if (size < sizeof(f))
		return false;
	memcpy(&f, bytes, sizeof(f));
	for (size_t i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		if (f.ranges[i].nmsrs > MSR_RANGE_BITS)
			return false;
		wanted += state_bitmap_size(f.ranges[i].nmsrs);
	}
	return size == wanted;
}

bool state_is_config(unsigned long request, const uint8_t *bytes, size_t size)
{
	struct kvm_enable_cap enable;

	switch (request) {
	case KVM_ENABLE_CAP:
		if (size != sizeof(enable))
			return false;
		memcpy(&enable, bytes, sizeof(enable));
		return !vm_may_not_enable(enable.cap);
	case KVM_SET_GSI_ROUTING:
		return is_list(bytes, size, sizeof(struct kvm_irq_routing),
			       offsetof(struct kvm_irq_routing, nr), sizeof(struct kvm_irq_routing_entry));
	case KVM_SET_PMU_EVENT_FILTER:
		return is_list(bytes, size, sizeof(struct kvm_pmu_event_filter),
			       offsetof(struct kvm_pmu_event_filter, nevents), sizeof(uint64_t));
	case KVM_SET_USER_MEMORY_REGION:
		return is_region(bytes, size);
	case KVM_X86_SET_MSR_FILTER:
		return is_filter(bytes, size);
	default:
		return false;
	}
}

/* Give the filter its own copies of the bitmaps behind it; a move sets it again. */
static void point_to_bitmaps(struct kvm_msr_filter *f, const uint8_t *bitmaps)
{
	for (size_t i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		size_t size = state_bitmap_size(f->ranges[i].nmsrs);

		f->ranges[i].bitmap = size ? memcpy(xrealloc(NULL, size), bitmaps, size) : NULL;
		bitmaps += size;
	}
}

/* KVM_SET_XSAVE reads as many bytes as this KVM's structure has. */
static size_t room_for(struct vm *vm, unsigned long request, size_t size)
{
	int room = request == KVM_SET_XSAVE ?
		VM_IOCTL(vm, vm->fd, KVM_CHECK_EXTENSION, KVM_CAP_XSAVE2) : 0;

	return room > (int)size ? (size_t)room : size;
}

static const char *name_of(unsigned long request)
{
	static const struct {
		unsigned long request;
		const char *name;
	} names[] = {
#define NAME(request_)	{ request_, #request_ }
		NAME(KVM_SET_SREGS2), NAME(KVM_SET_REGS), NAME(KVM_SET_XCRS), NAME(KVM_SET_LAPIC),
		NAME(KVM_SET_VCPU_EVENTS), NAME(KVM_SET_DEBUGREGS), NAME(KVM_SET_MP_STATE),
		NAME(KVM_SET_TSC_KHZ), NAME(KVM_SET_DEVICE_ATTR), NAME(KVM_SET_XSAVE),
		NAME(KVM_SET_NESTED_STATE), NAME(KVM_SET_CPUID2), NAME(KVM_SET_IRQCHIP),
		NAME(KVM_SET_CLOCK), NAME(KVM_ENABLE_CAP), NAME(KVM_SET_GSI_ROUTING),
		NAME(KVM_SET_PMU_EVENT_FILTER), NAME(KVM_SET_USER_MEMORY_REGION),
		NAME(KVM_X86_SET_MSR_FILTER),
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].request == request)
			return names[i].name;
	}
	return "an ioctl";
}

void state_add_saved(struct vm *vm, struct state *s, unsigned long request, const uint8_t *bytes,
		     size_t size, unsigned long value, uint64_t tsc)
{
	size_t room = room_for(vm, request, size);
	uint8_t *structure = memset(xrealloc(NULL, room + 1), 0, room);

	memcpy(structure, bytes, size);
	if (request == KVM_SET_USER_MEMORY_REGION)
		((struct kvm_userspace_memory_region *)structure)->userspace_addr += (uintptr_t)vm->memory;
	else if (request == KVM_X86_SET_MSR_FILTER)
		point_to_bitmaps((struct kvm_msr_filter *)structure, bytes + sizeof(struct kvm_msr_filter));
	else if (request == KVM_SET_DEVICE_ATTR)
		*(uint64_t *)structure += tsc;
	state_add(s, name_of(request), request, structure, room, value);
	free(structure);
}
