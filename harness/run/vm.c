// SPDX-License-Identifier: GPL-2.0-only
#include "run/vm.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record/facts.h"
#include "run/mailbox.h"
#include "run/saved.h"
#include "run/vcpu.h"

/* On Intel CPUs without unrestricted guest, KVM uses these for real mode. */
#define IDENTITY_MAP_ADDRESS	0xfffbc000
#define TSS_ADDRESS		0xfffbd000

#define SPLIT_IRQCHIP_PINS	24
#define GUARD_SIZE		0x1000

struct mailbox *vm_mailbox(const struct vm *vm)
{
	return (struct mailbox *)(vm->memory + vm->c->boot.mailbox);
}

_Noreturn void vm_finish(struct vm *vm, enum end end, const char *why, ...)
{
	static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
	struct report *r = vm->report;
	va_list args;

	pthread_mutex_lock(&once);
	va_start(args, why);
	vsnprintf(r->why, sizeof(r->why), why, args);
	va_end(args);
	r->end = end;
	r->ms = now_ms() - vm->start_ms;
	userfault_end(vm);
	if (vm->memory)
		mailbox_harvest(vm->memory, vm_mailbox(vm), r);
	saved_skip_older(vm, r);
	vm_trace(vm, "ended: %s: %s", end_name(r->end), r->why);
	if (write(vm->done, "", 1) != 1)
		_exit(99);
	_exit(0);
}

void vm_trace(const struct vm *vm, const char *format, ...)
{
	va_list args;

	if (!vm->trace)
		return;
	flockfile(stderr);
	fprintf(stderr, "%s.%s: ", vm->c->name, vm->note->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	funlockfile(stderr);
}

static _Noreturn void ioctl_failed(struct vm *vm, const char *name, int error)
{
	vm_finish(vm, END_SETUP, "ioctl %s: %s", name, strerror(error));
}

int vm_ask(struct vm *vm, int fd, unsigned long request, const char *name, void *argument)
{
	int r;

	do {
		r = ioctl(fd, request, argument);
	} while (r < 0 && (errno == EINTR || errno == EAGAIN));
	if (r < 0 && errno != EINVAL && errno != EPERM && errno != ENXIO && errno != E2BIG)
		ioctl_failed(vm, name, errno);
	return r < 0 ? -errno : r;
}

int vm_ioctl(struct vm *vm, int fd, unsigned long request, const char *name, void *argument)
{
	int r = vm_ask(vm, fd, request, name, argument);

	if (r < 0)
		ioctl_failed(vm, name, -r);
	return r;
}

bool vm_may_not_enable(uint32_t cap)
{
	return cap == KVM_CAP_HYPERV_ENLIGHTENED_VMCS || cap == KVM_CAP_VM_DISABLE_NX_HUGE_PAGES;
}

/*
 * If KVM does not offer a capability, or one of its flags, the host lacks something.  If KVM
 * offers and refuses it, that is a deviation.
 */
static void enable(struct vm *vm, int fd, const struct capability *c)
{
	struct kvm_enable_cap enable = { .cap = c->cap, .args = { c->arg } };
	uint32_t offered = VM_IOCTL(vm, c->of_vcpus ? vm->fd : fd, KVM_CHECK_EXTENSION,
				    (unsigned long)c->cap);

	if (vm_may_not_enable(c->cap))
		vm_finish(vm, END_GARBAGE, "no guest may enable %s", c->name);
	if (!offered)
		vm_finish(vm, END_LACKS, "this KVM does not offer %s, and this variant needs it", c->name);
	if (c->is_mask && c->arg & ~offered)
		vm_finish(vm, END_LACKS, "%s offers 0x%x, and this variant needs 0x%x",
			  c->name, offered, c->arg);
	if (VM_ASK(vm, fd, KVM_ENABLE_CAP, &enable))
		vm_finish(vm, END_EXIT, "KVM_ENABLE_CAP refuses %s with 0x%x, which KVM offers",
			  c->name, c->arg);
}

void vm_enable(struct vm *vm, int fd, bool of_vcpu)
{
	for (size_t i = 0; i < MAX_CAPABILITIES; i++) {
		const struct capability *c = &vm->note->enable[i];

		if (c->cap && !!c->of_vcpus == of_vcpu)
			enable(vm, fd, c);
	}
}

void vm_create_irqchip(struct vm *vm, int fd, enum irqchip irqchip)
{
	struct kvm_enable_cap split = {
		.cap = KVM_CAP_SPLIT_IRQCHIP, .args = { SPLIT_IRQCHIP_PINS },
	};

	if (irqchip == IRQCHIP_SPLIT)
		VM_IOCTL(vm, fd, KVM_ENABLE_CAP, &split);
	else if (irqchip != IRQCHIP_NONE)
		VM_IOCTL(vm, fd, KVM_CREATE_IRQCHIP, 0);
}

static void create_memory(struct vm *vm)
{
	void *memory = mmap(NULL, MEMORY_END + GUARD_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	/* KVM must not read beyond what an ioctl has, say a bitmap at the end of memory. */
	if (memory == MAP_FAILED || mprotect((char *)memory + MEMORY_END, GUARD_SIZE, PROT_NONE))
		vm_finish(vm, END_SETUP, "mmap of guest memory: %s", strerror(errno));
	vm->memory = memory;
	/* Without huge pages, KVM chooses the memory type of each 4 KiB. */
	madvise(vm->memory + PAGE_BASE, PAGE_END - PAGE_BASE, MADV_NOHUGEPAGE);
	memcpy(vm->memory + IMAGE_BASE, vm->c->image, vm->c->image_size);
	vm_mailbox(vm)->magic = MAILBOX_MAGIC;
	vm_mailbox(vm)->host = 1;
	vm_mailbox(vm)->emulated = hypervisor_emulates(&vm->host->facts);
	inspect_begin(vm);
	vm_trace(vm, "guest memory is at %p; gdb: add-symbol-file %s -o %p",
		 memory, vm->c->path, memory);
}

int vm_create_with_memory(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = MEMORY_END, .userspace_addr = (uintptr_t)vm->memory,
	};
	int fd = VM_IOCTL(vm, vm->host->kvm, KVM_CREATE_VM, 0);

	VM_IOCTL(vm, fd, KVM_SET_USER_MEMORY_REGION, &region);
	return fd;
}

void vm_equip(struct vm *vm, int fd)
{
	uint64_t identity_map = IDENTITY_MAP_ADDRESS;

	VM_IOCTL(vm, fd, KVM_SET_IDENTITY_MAP_ADDR, &identity_map);
	VM_IOCTL(vm, fd, KVM_SET_TSS_ADDR, TSS_ADDRESS);
	vm_create_irqchip(vm, fd, vm->note->irqchip);
	vm_enable(vm, fd, false);
}

void vm_create(struct vm *vm)
{
	if (vm->note->hypercalls && facts_is(&vm->host->facts, "hypercalls", "0"))
		vm_finish(vm, END_LACKS, "needs hypercalls, which never return on this KVM");
	vm->other_fd = -1;
	pthread_mutex_init(&vm->waiting, NULL);
	pthread_cond_init(&vm->woken, NULL);
	create_memory(vm);
	vm->fd = vm_create_with_memory(vm);
	vm_equip(vm, vm->fd);
	vm->vcpus = calloc(vm->note->vcpus, sizeof(*vm->vcpus));
	if (!vm->vcpus)
		vm_finish(vm, END_SETUP, "out of memory");
	while (vm->nr_vcpus < vm->note->vcpus - vm->note->late)
		vcpu_create(vm);
}
