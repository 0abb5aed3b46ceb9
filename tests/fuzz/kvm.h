/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In place of KVM: ioctl() reads and writes all bytes that KVM would, so that AddressSanitizer
 * reports a structure that is too small.
 */
#ifndef FUZZ_KVM_H
#define FUZZ_KVM_H

#include <errno.h>
#include <linux/kvm.h>
#include <sanitizer/allocator_interface.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include "file.h"
#include "run/vcpu.h"

#define XSAVE_SIZE	8192		/* more than struct kvm_xsave */
#define LOG_SIZE	(MEMORY_END / 4096 / 8)	/* bitmap of the largest slot */

int __wrap_ioctl(int fd, unsigned long request, ...);
_Noreturn void __wrap_vm_finish(struct vm *vm, enum end end, const char *why, ...);
int __wrap_vm_ask(struct vm *vm, int fd, unsigned long request, const char *name, void *argument);
int __wrap_vm_ioctl(struct vm *vm, int fd, unsigned long request, const char *name, void *argument);
int64_t __wrap_userfault_take(struct vcpu *v, uint64_t gpa);

static jmp_buf finished;
static uint8_t touched;

/* What an input has allocated: where vm_finish() would end the process, the fuzzer frees it. */
#define MAX_ALLOCATED	64
static const volatile void *allocated[MAX_ALLOCATED];
static bool tracking;

static void note_malloc(const volatile void *p, size_t size)
{
	(void)size;
	for (size_t i = 0; tracking && i < MAX_ALLOCATED; i++) {
		if (!allocated[i]) {
			allocated[i] = p;
			return;
		}
	}
}

static void note_free(const volatile void *p)
{
	for (size_t i = 0; tracking && i < MAX_ALLOCATED; i++)
		if (allocated[i] == p)
			allocated[i] = NULL;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return __sanitizer_install_malloc_and_free_hooks(note_malloc, note_free) ? 0 : 1;
}

/* Call track(true) before what may call vm_finish(), and track(false) after it. */
static void track(bool on)
{
	tracking = false;
	for (size_t i = 0; !on && i < MAX_ALLOCATED; i++)
		free((void *)allocated[i]);
	memset(allocated, 0, sizeof(allocated));
	tracking = on;
}

_Noreturn void __wrap_vm_finish(struct vm *vm, enum end end, const char *why, ...)
{
	(void)vm, (void)why;
	if (end != END_GARBAGE && end != END_SETUP && end != END_LACKS && end != END_EXIT)
		abort();
	longjmp(finished, 1);
}

static void touch(uint8_t *p, size_t size, bool write)
{
	for (size_t i = 0; i < size; i++) {
		touched ^= p[i];
		if (write)
			p[i] = touched;
	}
}

static uint8_t *memory;
static bool attr_is_own;		/* the value of KVM_SET_DEVICE_ATTR is not in guest memory */

/* Return memory for a VM, all zero at first; it is the same for each input. */
static uint8_t *guest(void)
{
	if (!memory)
		memory = mmap(NULL, MEMORY_END, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		abort();
	return memory;
}

static bool is_guest(const void *p, size_t size, size_t start, size_t end)
{
	const uint8_t *bytes = p;

	return bytes >= memory + start && bytes + size <= memory + end;
}

/* Read and write what a pointer in a structure points at, unless it is NULL. */
static void touch_guest(uint64_t address, size_t size, bool write)
{
	uint8_t *p = (uint8_t *)(uintptr_t)address;

	if (p && !is_guest(p, size, IMAGE_BASE, PAGE_BASE))
		abort();
	if (p)
		touch(p, size, write);
}

/* Read and write what KVM would of the structure at @p, and of what it points at. */
static void touch_structure(unsigned long request, void *p)
{
	const struct kvm_msr_filter *filter = p;
	const struct kvm_userspace_memory_region *region = p;
	const struct kvm_device_attr *attr = p;
	const struct kvm_dirty_log *log = p;
	const struct kvm_clear_dirty_log *clear = p;
	uint32_t count;
	size_t size, entry = 0, counter = 0;

	if (request == KVM_GET_MSRS || request == KVM_SET_MSRS)
		entry = sizeof(struct kvm_msr_entry);
	if (request == KVM_GET_CPUID2 || request == KVM_SET_CPUID2 ||
	    request == KVM_GET_SUPPORTED_CPUID)
		entry = sizeof(struct kvm_cpuid_entry2);
	if (request == KVM_SET_PMU_EVENT_FILTER) {
		entry = sizeof(uint64_t);
		counter = offsetof(struct kvm_pmu_event_filter, nevents);
	}
	if ((request == KVM_GET_DEVICE_ATTR || request == KVM_SET_DEVICE_ATTR) && !attr_is_own)
		touch_guest(attr->addr, sizeof(uint64_t), request == KVM_GET_DEVICE_ATTR);
	if (request == KVM_GET_DIRTY_LOG)
		touch_guest((uintptr_t)log->dirty_bitmap, LOG_SIZE, true);
	if (request == KVM_CLEAR_DIRTY_LOG)
		touch_guest((uintptr_t)clear->dirty_bitmap, LOG_SIZE, false);
	if (request == KVM_SET_GSI_ROUTING)
		entry = sizeof(struct kvm_irq_routing_entry);
	for (size_t i = 0; request == KVM_X86_SET_MSR_FILTER && i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		uint32_t n = filter->ranges[i].nmsrs;

		if (n > KVM_MSR_FILTER_MAX_BITMAP_SIZE * 8 || !n)
			continue;
		touch(filter->ranges[i].bitmap, (n + 63) / 64 * 8, false);
	}
	if (request == KVM_SET_USER_MEMORY_REGION && region->memory_size &&
	    !is_guest((void *)(uintptr_t)region->userspace_addr, region->memory_size, PAGE_BASE, PAGE_END))
		abort();
	if (request == KVM_SET_USER_MEMORY_REGION && region->memory_size)
		touch((uint8_t *)(uintptr_t)region->userspace_addr, region->memory_size, true);
	memcpy(&count, (char *)p + counter, sizeof(count));
	size = _IOC_SIZE(request) + count * entry;
	if (request == KVM_SET_XSAVE)
		size = XSAVE_SIZE;
	if (request == KVM_SET_NESTED_STATE)
		size = ((const struct kvm_nested_state *)p)->size;
	touch(p, size, _IOC_DIR(request) & _IOC_READ);
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *argument;

	(void)fd;
	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (request == KVM_RUN || request == KVM_CREATE_VM || request == KVM_CREATE_VCPU) {
		errno = request == KVM_RUN ? EINTR : EINVAL;
		return -1;
	}
	if (_IOC_SIZE(request))
		touch_structure(request, argument);
	errno = EINVAL;
	return (touched & 3) - 1;
}

/* vm.c's own, which would end the process where KVM refuses something. */
int __wrap_vm_ask(struct vm *vm, int fd, unsigned long request, const char *name, void *argument)
{
	(void)vm, (void)name;
	return __wrap_ioctl(fd, request, argument);
}

int __wrap_vm_ioctl(struct vm *vm, int fd, unsigned long request, const char *name, void *argument)
{
	(void)vm, (void)name;
	if (request == KVM_CHECK_EXTENSION)
		return XSAVE_SIZE;
	if (__wrap_ioctl(fd, request, argument) < 0)
		longjmp(finished, 1);
	return 0;
}

/* userfault.c holds a mutex where it ends the VM. */
int64_t __wrap_userfault_take(struct vcpu *v, uint64_t gpa)
{
	(void)v, (void)gpa;
	return -EINVAL;
}

#endif
