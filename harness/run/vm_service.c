// SPDX-License-Identifier: GPL-2.0-only
#include "run/vm_service.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MSI_GSI		24	/* behind the pins of the IOAPIC */
#define SPLIT_GSI	23	/* one of those whose EOI KVM tells the VMM: the IOAPIC is its */

#define LATE_SLOT	1

int64_t vm_service_signal_msi(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_msi msi = { .address_lo = arg[0], .address_hi = arg[1], .data = arg[2] };

	return VM_ASK(v->vm, v->vm->fd, KVM_SIGNAL_MSI, &msi);
}

/* Taking the irqfd away waits for what it still has to inject. */
int64_t vm_service_irqfd_msi(struct vcpu *v, uint64_t arg[6])
{
	bool split = v->vm->note->irqchip == IRQCHIP_SPLIT;
	uint32_t gsi = split ? SPLIT_GSI : MSI_GSI;
	struct {
		struct kvm_irq_routing head;
		struct kvm_irq_routing_entry msi, pin;
	} routing = {
		.head.nr = split ? 1 : 2,
		.msi = {
			.gsi = gsi, .type = KVM_IRQ_ROUTING_MSI,
			.u.msi = { .address_lo = arg[0], .address_hi = arg[1], .data = arg[2] },
		},
		.pin = {
			.gsi = IOAPIC_PIN, .type = KVM_IRQ_ROUTING_IRQCHIP,
			.u.irqchip = { .irqchip = KVM_IRQCHIP_IOAPIC, .pin = IOAPIC_PIN },
		},
	};
	struct kvm_irqfd irqfd = { .fd = eventfd(0, EFD_CLOEXEC), .gsi = gsi };
	uint64_t one = 1;
	int64_t r;

	if ((int)irqfd.fd < 0)
		vm_finish(v->vm, END_SETUP, "eventfd: %s", strerror(errno));
	r = VM_ASK(v->vm, v->vm->fd, KVM_SET_GSI_ROUTING, &routing);
	if (!r)
		r = VM_ASK(v->vm, v->vm->fd, KVM_IRQFD, &irqfd);
	if (!r && write(irqfd.fd, &one, sizeof(one)) != sizeof(one))
		vm_finish(v->vm, END_SETUP, "write to an eventfd: %s", strerror(errno));
	irqfd.flags = KVM_IRQFD_FLAG_DEASSIGN;
	if (!r)
		r = VM_ASK(v->vm, v->vm->fd, KVM_IRQFD, &irqfd);
	close(irqfd.fd);
	return r;
}

int64_t vm_service_irq_line(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_irq_level line = { .irq = arg[0], .level = arg[1] };

	return VM_ASK(v->vm, v->vm->fd, KVM_IRQ_LINE, &line);
}

int64_t vm_service_create_vm(struct vcpu *v, uint64_t arg[6])
{
	struct vm *vm = v->vm;
	int fd = VM_IOCTL(vm, vm->host->kvm, KVM_CREATE_VM, 0);

	if (arg[0])
		vm_create_irqchip(vm, fd, arg[0]);
	fd = atomic_exchange(&vm->other_fd, fd);
	if (fd >= 0)
		close(fd);
	return 0;
}

int64_t vm_service_enable_cap(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_enable_cap cap = { .cap = arg[0], .args = { arg[1] } };
	int fd = arg[2] ? v->vm->other_fd : v->vm->fd;

	return fd < 0 ? -EINVAL : VM_ASK(v->vm, fd, KVM_ENABLE_CAP, &cap);
}

int64_t vm_service_check_extension(struct vcpu *v, uint64_t arg[6])
{
	return VM_ASK(v->vm, v->vm->fd, KVM_CHECK_EXTENSION, arg[0]);
}

int64_t vm_service_set_msr_filter(struct vcpu *v, uint64_t arg[6])
{
	uint64_t denied = 0;		/* KVM reads whole longs */
	struct kvm_msr_filter filter = {
		.flags = arg[2],
		.ranges[0] = { .flags = arg[1], .nmsrs = !!arg[1], .base = arg[0], .bitmap = (uint8_t *)&denied },
	};

	return VM_ASK(v->vm, v->vm->fd, KVM_X86_SET_MSR_FILTER, &filter);
}

int64_t vm_service_set_memory(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_userspace_memory_region region = {
		.slot = LATE_SLOT, .flags = arg[0], .guest_phys_addr = MEMORY_END,
		.memory_size = arg[1], .userspace_addr = (uintptr_t)v->vm->memory + PAGE_BASE,
	};

	if (arg[1] > MEMORY_END - PAGE_BASE)
		return -EINVAL;
	return VM_ASK(v->vm, v->vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
}
