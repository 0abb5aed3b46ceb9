// SPDX-License-Identifier: GPL-2.0-only

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "run/host_call.h"
#include "run/state.h"
#include "text.h"

/* Each bitmap is a copy of one in the payload's memory: a move sets the filter again. */
static void translate_msr_filter(const struct doing *d, void *structure)
{
	struct kvm_msr_filter *filter = structure;

	for (size_t i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		struct kvm_msr_filter_range *r = &filter->ranges[i];
		uint32_t nmsrs = r->nmsrs < MSR_RANGE_BITS ? r->nmsrs : MSR_RANGE_BITS;
		size_t size = state_bitmap_size(nmsrs);

		r->bitmap = r->nmsrs ? memcpy(xrealloc(NULL, size),
					      payload_memory(d, (uintptr_t)r->bitmap, size), size) : NULL;
	}
}

/* The memory of the slot is in the page under test. */
static void translate_memory_region(const struct doing *d, void *structure)
{
	struct kvm_userspace_memory_region *region = structure;

	if (region->memory_size)
		region->userspace_addr = (uintptr_t)guest_memory(d, region->userspace_addr,
								 region->memory_size, PAGE_BASE,
								 PAGE_END);
}

/* The value of an attribute; KVM refuses address 0. */
static void translate_device_attr(const struct doing *d, void *structure)
{
	struct kvm_device_attr *attr = structure;

	if (attr->addr)
		attr->addr = (uintptr_t)payload_memory(d, attr->addr, sizeof(uint64_t));
}

static void translate_dirty_log(const struct doing *d, void *structure)
{
	struct kvm_dirty_log *log = structure;

	log->dirty_bitmap = payload_memory(d, (uintptr_t)log->dirty_bitmap, DIRTY_BITMAP_SIZE);
}

static void translate_clear_dirty_log(const struct doing *d, void *structure)
{
	struct kvm_clear_dirty_log *log = structure;
	uint64_t words = ((uint64_t)log->num_pages + 63) / 64;

	log->dirty_bitmap = guest_memory(d, (uintptr_t)log->dirty_bitmap, words * sizeof(uint64_t),
					 IMAGE_BASE, PAGE_END);
}

/* The VM has one eventfd, which HOST_EVENTS reads. */
static void provide_eventfd(const struct doing *d, void *structure)
{
	struct kvm_ioeventfd *io = structure;
	struct vm *vm = d->caller->vm;
	int fd, none = 0;

	if (!vm->eventfd) {
		fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (fd < 0)
			vm_finish(vm, END_SETUP, "eventfd: %s", strerror(errno));
		if (!atomic_compare_exchange_strong(&vm->eventfd, &none, fd))
			close(fd);
	}
	io->fd = vm->eventfd;
	vm->stays = true;
}

static void validate_capability(const struct doing *d, void *structure)
{
	const struct kvm_enable_cap *enable = structure;

	if (vm_may_not_enable(enable->cap))
		REFUSE(d->caller, "no guest may enable capability %u", enable->cap);
}

#define SYSTEM	(1 << TARGET_SYSTEM)
#define VM	(1 << TARGET_VM | 1 << TARGET_OTHER_VM)
#define VCPU	(1 << TARGET_VCPU)

/*
 * The ioctls that a guest may ask for.  If the word at .count of a structure counts the entries
 * after it, .entry is the size of one entry.  .validate refuses a structure, or translates its
 * pointers from guest to host addresses.  What .configures the VM is done again after a
 * move, but not if a later call has the same first .key bytes.
 */
static const struct allowed {
	const char *name;
	unsigned long request;
	size_t count, entry, key;
	void (*validate)(const struct doing *d, void *structure);
	unsigned int targets;
	bool configures;		/* no ioctl reads what it sets */
} allowed[] = {
#define ALLOW(request_, targets_, ...)	\
	{ .name = #request_, .request = request_, .targets = targets_, ##__VA_ARGS__ }
	ALLOW(KVM_CHECK_EXTENSION, VM),
	ALLOW(KVM_CLEAR_DIRTY_LOG, 1 << TARGET_VM, .validate = translate_clear_dirty_log),
	ALLOW(KVM_CREATE_PIT2, VM, .configures = true, .key = sizeof(struct kvm_pit_config)),
	ALLOW(KVM_CREATE_VCPU, 1 << TARGET_OTHER_VM),	/* which is never entered */
	ALLOW(KVM_ENABLE_CAP, VM, .validate = validate_capability, .configures = true,
	      .key = sizeof(struct kvm_enable_cap)),
	ALLOW(KVM_GET_CLOCK, VM),
	ALLOW(KVM_GET_CPUID2, VCPU, .entry = sizeof(struct kvm_cpuid_entry2)),
	ALLOW(KVM_GET_DEBUGREGS, VCPU),
	ALLOW(KVM_GET_DEVICE_ATTR, VCPU, .validate = translate_device_attr),
	ALLOW(KVM_GET_DIRTY_LOG, 1 << TARGET_VM, .validate = translate_dirty_log),
	ALLOW(KVM_GET_FPU, VCPU),
	ALLOW(KVM_GET_LAPIC, VCPU),
	ALLOW(KVM_GET_MP_STATE, VCPU),
	ALLOW(KVM_GET_MSRS, SYSTEM | VCPU, .entry = sizeof(struct kvm_msr_entry)),
	ALLOW(KVM_GET_MSR_FEATURE_INDEX_LIST, SYSTEM, .entry = sizeof(uint32_t)),
	ALLOW(KVM_GET_MSR_INDEX_LIST, SYSTEM, .entry = sizeof(uint32_t)),
	ALLOW(KVM_GET_NESTED_STATE, VCPU, .entry = 1,
	      .count = offsetof(struct kvm_nested_state, size)),
	ALLOW(KVM_GET_REGS, VCPU),
	ALLOW(KVM_GET_SREGS, VCPU),
	ALLOW(KVM_GET_SUPPORTED_CPUID, SYSTEM, .entry = sizeof(struct kvm_cpuid_entry2)),
	ALLOW(KVM_GET_SUPPORTED_HV_CPUID, SYSTEM | VCPU, .entry = sizeof(struct kvm_cpuid_entry2)),
	ALLOW(KVM_GET_TSC_KHZ, VCPU),
	ALLOW(KVM_GET_VCPU_EVENTS, VCPU),
	ALLOW(KVM_GET_XCRS, VCPU),
	ALLOW(KVM_GET_XSAVE, VCPU),
	ALLOW(KVM_HAS_DEVICE_ATTR, VCPU, .validate = translate_device_attr),
	ALLOW(KVM_INTERRUPT, VCPU),
	ALLOW(KVM_IOEVENTFD, 1 << TARGET_VM, .validate = provide_eventfd,
	      .configures = true, .key = offsetof(struct kvm_ioeventfd, fd)),
	ALLOW(KVM_IRQ_LINE, VM),
	ALLOW(KVM_KVMCLOCK_CTRL, VCPU),
	ALLOW(KVM_SET_CLOCK, VM),
	ALLOW(KVM_SET_CPUID2, VCPU, .entry = sizeof(struct kvm_cpuid_entry2)),
	ALLOW(KVM_SET_DEBUGREGS, VCPU),
	ALLOW(KVM_SET_DEVICE_ATTR, VCPU, .validate = translate_device_attr),
	ALLOW(KVM_SET_FPU, VCPU),
	ALLOW(KVM_SET_GSI_ROUTING, VM, .entry = sizeof(struct kvm_irq_routing_entry),
	      .configures = true),
	ALLOW(KVM_SET_LAPIC, VCPU),
	ALLOW(KVM_SET_MP_STATE, VCPU),
	ALLOW(KVM_SET_MSRS, VCPU, .entry = sizeof(struct kvm_msr_entry)),
	ALLOW(KVM_SET_NESTED_STATE, VCPU, .entry = 1,
	      .count = offsetof(struct kvm_nested_state, size)),
	ALLOW(KVM_SET_PMU_EVENT_FILTER, VM, .entry = sizeof(uint64_t),
	      .count = offsetof(struct kvm_pmu_event_filter, nevents), .configures = true),
	ALLOW(KVM_SET_REGS, VCPU),
	ALLOW(KVM_SET_SREGS, VCPU),
	ALLOW(KVM_SET_TSC_KHZ, VCPU),
	ALLOW(KVM_SET_USER_MEMORY_REGION, VM, .validate = translate_memory_region,
	      .configures = true, .key = sizeof(uint32_t)),	/* the slot */
	ALLOW(KVM_SET_VCPU_EVENTS, VCPU),
	ALLOW(KVM_SET_XCRS, VCPU),
	ALLOW(KVM_SET_XSAVE, VCPU),
	ALLOW(KVM_SIGNAL_MSI, VM),
	ALLOW(KVM_SMI, VCPU),
	ALLOW(KVM_X86_SET_MSR_FILTER, 1 << TARGET_VM, .validate = translate_msr_filter,
	      .configures = true),
};

static const struct allowed *find_allowed(const struct doing *d, const struct step *s)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		if (allowed[i].request == s->request && allowed[i].targets & 1 << d->target)
			return &allowed[i];
	}
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++) {
		if (allowed[i].request == s->request)
			REFUSE(d->caller, "%s is not an ioctl of %s, see allowed[] in harness/run/ioctl.c",
			       allowed[i].name, target_names[d->target]);
	}
	REFUSE(d->caller, "ioctl 0x%x of %s is not in allowed[] in harness/run/ioctl.c",
	       s->request, target_names[d->target]);
}

/*
 * Return what KVM answers; any other error is the host's failure.  ENOMEM is an answer of
 * KVM_GET_SUPPORTED_CPUID only (api.rst 4.46).
 */
static int64_t do_ioctl(const struct doing *d, const struct allowed *a, void *argument)
{
	static const int answers[] = { EINVAL, EPERM, ENXIO, E2BIG, EEXIST, EBUSY, ENOENT,
				       EFAULT };
	int r;

	do
		r = ioctl(d->fd, a->request, argument);
	while (r < 0 && (errno == EINTR || errno == EAGAIN));
	if (r >= 0)
		return r;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		if (errno == answers[i])
			return -errno;
	}
	if (errno == ENOMEM && a->request == KVM_GET_SUPPORTED_CPUID)
		return -errno;
	vm_finish(d->caller->vm, END_SETUP, "ioctl %s: %s", a->name, strerror(errno));
}

/* Return how many bytes of @structure KVM reads and writes. */
static size_t size_of(const struct allowed *a, const void *structure)
{
	uint32_t entries;

	memcpy(&entries, (const char *)structure + a->count, sizeof(entries));
	return _IOC_SIZE(a->request) + (size_t)entries * a->entry;
}

/* Give KVM a copy, which the guest cannot change meanwhile. */
static int64_t ioctl_with_structure(const struct doing *d, const struct allowed *a,
				    const struct step *s)
{
	void *guest = payload_memory(d, s->data, s->size), *copy;
	int64_t r;

	if (s->size > MAX_STRUCTURE || s->size < _IOC_SIZE(a->request))
		REFUSE(d->caller, "%s with %u bytes, want %lu", a->name, s->size, _IOC_SIZE(a->request));
	copy = xrealloc(NULL, s->size);
	mailbox_copy(copy, guest, s->size);
	if (s->size < size_of(a, copy))
		REFUSE(d->caller, "%s with %u bytes, want %zu", a->name, s->size, size_of(a, copy));
	if (a->validate)
		a->validate(d, copy);
	r = do_ioctl(d, a, copy);
	if (r >= 0 && a->configures && d->target == TARGET_VM)
		move_configured(d->caller->vm, &(struct call) {
			a->name, a->request, size_of(a, copy), copy, 0,
		}, a->key);
	if (_IOC_DIR(a->request) & _IOC_READ)
		memcpy(guest, copy, s->size);
	free(copy);
	return r;
}

int64_t kvm_ioctl(const struct doing *d, const struct step *s)
{
	const struct allowed *a = find_allowed(d, s);
	int64_t r;

	if (_IOC_SIZE(a->request))
		r = ioctl_with_structure(d, a, s);
	else
		r = do_ioctl(d, a, (void *)s->data);
	if (a->request == KVM_CREATE_VCPU && r >= 0)
		r = close(r);
	if (a->request == KVM_SET_VCPU_EVENTS && !r)
		d->vcpu->injected = true;
	return r;
}
