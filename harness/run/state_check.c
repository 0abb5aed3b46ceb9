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

static bool is_nested(const uint8_t *bytes, size_t size)
{
	struct kvm_nested_state nested;

	memcpy(&nested, bytes, sizeof(nested));
	return nested.size == size;
}

static bool is_capability(const uint8_t *bytes, size_t size)
{
	struct kvm_enable_cap enable;

	memcpy(&enable, bytes, size);
	return !vm_may_not_enable(enable.cap);
}

/* Only the page under test may be memory of another slot, as for a host call. */
static bool is_region(const uint8_t *bytes, size_t size)
{
	struct kvm_userspace_memory_region r;

	memcpy(&r, bytes, size);
	return r.userspace_addr >= PAGE_BASE && r.userspace_addr <= PAGE_END &&
		r.memory_size && r.memory_size <= PAGE_END - r.userspace_addr;
}

static bool is_filter(const uint8_t *bytes, size_t size)
{
	struct kvm_msr_filter f;
	size_t wanted = sizeof(f);

	memcpy(&f, bytes, sizeof(f));
	for (size_t i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		if (f.ranges[i].nmsrs > MSR_RANGE_BITS)
			return false;
		wanted += state_bitmap_size(f.ranges[i].nmsrs);
	}
	return size == wanted;
}

#define KNOWN(of_, request_, least_, most_, ...)	\
	{ .name = #request_, .request = request_, .of = STATE_OF_##of_, .least = least_, .most = most_, \
	  ##__VA_ARGS__ }
#define FIXED(of_, request_, ...)	\
	KNOWN(of_, request_, _IOC_SIZE(request_), _IOC_SIZE(request_), ##__VA_ARGS__)
#define LIST(of_, request_, head, counter, entry_, most_)	\
	KNOWN(of_, request_, sizeof(head), most_, .count = offsetof(head, counter), .entry = sizeof(entry_))

/*
 * The ioctls of a saved state, and how many bytes each structure may have.  If the word at .count
 * counts the entries behind the structure, .entry is the size of one entry.
 */
static const struct known {
	const char *name;
	unsigned long request;
	enum state_of of;
	size_t least, most;
	size_t count, entry;
	bool (*fits)(const uint8_t *bytes, size_t size);
} known[] = {
	FIXED(CONFIG, KVM_CREATE_PIT2),
	FIXED(CONFIG, KVM_ENABLE_CAP, .fits = is_capability),
	LIST(CONFIG, KVM_SET_GSI_ROUTING, struct kvm_irq_routing, nr, struct kvm_irq_routing_entry,
	     MAX_STRUCTURE),
	LIST(CONFIG, KVM_SET_PMU_EVENT_FILTER, struct kvm_pmu_event_filter, nevents, uint64_t,
	     MAX_STRUCTURE),
	FIXED(CONFIG, KVM_SET_USER_MEMORY_REGION, .fits = is_region),
	KNOWN(CONFIG, KVM_X86_SET_MSR_FILTER, sizeof(struct kvm_msr_filter), SIZE_MAX, .fits = is_filter),
	FIXED(VM, KVM_SET_CLOCK),
	FIXED(VM, KVM_SET_IRQCHIP),
	FIXED(VM, KVM_SET_PIT2),
	LIST(VCPU, KVM_SET_CPUID2, struct kvm_cpuid2, nent, struct kvm_cpuid_entry2, MAX_STRUCTURE),
	FIXED(VCPU, KVM_SET_DEBUGREGS),
	KNOWN(VCPU, KVM_SET_DEVICE_ATTR, sizeof(uint64_t), sizeof(uint64_t)),	/* the TSC offset */
	FIXED(VCPU, KVM_SET_LAPIC),
	FIXED(VCPU, KVM_SET_MP_STATE),
	LIST(VCPU, KVM_SET_MSRS, struct kvm_msrs, nmsrs, struct kvm_msr_entry,
	     sizeof(struct kvm_msrs) + MAX_MSRS * sizeof(struct kvm_msr_entry)),
	KNOWN(VCPU, KVM_SET_NESTED_STATE, sizeof(struct kvm_nested_state), MAX_STRUCTURE,
	      .fits = is_nested),
	KNOWN(VCPU, KVM_SET_ONE_REG, sizeof(uint64_t), sizeof(uint64_t)),	/* SSP */
	FIXED(VCPU, KVM_SET_REGS),
	FIXED(VCPU, KVM_SET_SREGS2),
	KNOWN(VCPU, KVM_SET_TSC_KHZ, 0, 0),
	FIXED(VCPU, KVM_SET_VCPU_EVENTS),
	FIXED(VCPU, KVM_SET_XCRS),
	KNOWN(VCPU, KVM_SET_XSAVE, sizeof(struct kvm_xsave), MAX_STRUCTURE),
};

/* Return whether @size is that of a structure with as many entries as it says. */
static bool counts(const struct known *k, const uint8_t *bytes, size_t size)
{
	uint32_t n;

	memcpy(&n, bytes + k->count, sizeof(n));
	return size == k->least + (uint64_t)n * k->entry;
}

static const struct known *find_known(unsigned long request)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].request == request)
			return &known[i];
	}
	return NULL;
}

bool state_fits(enum state_of of, unsigned long request, const uint8_t *bytes, size_t size)
{
	const struct known *k = find_known(request);

	return k && k->of == of && size >= k->least && size <= k->most &&
		(!k->entry || counts(k, bytes, size)) && (!k->fits || k->fits(bytes, size));
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

void state_add_saved(struct vm *vm, struct state *s, unsigned long request, const uint8_t *bytes,
		     size_t size, unsigned long value, uint64_t tsc)
{
	const struct known *k = find_known(request);
	size_t room = room_for(vm, request, size);
	uint8_t *structure = memset(xrealloc(NULL, room + 1), 0, room);

	memcpy(structure, bytes, size);
	if (request == KVM_SET_USER_MEMORY_REGION)
		((struct kvm_userspace_memory_region *)structure)->userspace_addr += (uintptr_t)vm->memory;
	else if (request == KVM_X86_SET_MSR_FILTER)
		point_to_bitmaps((struct kvm_msr_filter *)structure, bytes + sizeof(struct kvm_msr_filter));
	else if (request == KVM_SET_DEVICE_ATTR)
		*(uint64_t *)structure += tsc;
	state_add(s, k ? k->name : "an ioctl", request, structure, room, value);
	free(structure);
}
