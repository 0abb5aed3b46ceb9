// SPDX-License-Identifier: GPL-2.0-only
#include "run/service.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "run/inspect.h"
#include "run/mailbox.h"
#include "run/userfault.h"
#include "run/vcpu.h"
#include "run/vm_service.h"
#include "text.h"

#define UD_VECTOR	6
#define MAX_CPUID_ROOM	4096

typedef int64_t (*service)(struct vcpu *v, uint64_t arg[6]);

static int64_t find_cpuid(const struct kvm_cpuid2 *cpuid, uint64_t leaf, uint64_t index,
			  uint64_t arg[6])
{
	for (uint32_t i = 0; i < cpuid->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &cpuid->entries[i];

		if (e->function != leaf || e->index != index)
			continue;
		arg[0] = e->eax;
		arg[1] = e->ebx;
		arg[2] = e->ecx;
		arg[3] = e->edx;
		return 0;
	}
	return -ENOENT;
}

static int64_t get_supported_cpuid(struct vcpu *v, uint64_t arg[6])
{
	return find_cpuid(v->vm->host->cpuid, arg[0], arg[1], arg);
}

static int64_t get_cpuid(struct vcpu *v, uint64_t arg[6])
{
	uint32_t nent = v->vm->host->cpuid->nent + 1;	/* KVM may add one of its own */
	struct kvm_cpuid2 *cpuid = xrealloc(NULL, sizeof(*cpuid) +
					    nent * sizeof(cpuid->entries[0]));
	int64_t r;

	cpuid->nent = nent;
	r = VM_ASK(v->vm, v->fd, KVM_GET_CPUID2, cpuid);
	if (!r)
		r = find_cpuid(cpuid, arg[1], arg[2], arg);
	free(cpuid);
	return r;
}

static bool is_lapic_register(uint64_t offset)
{
	return offset % 16 == 0 && offset < KVM_APIC_REG_SIZE;
}

static int64_t get_lapic(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_lapic_state lapic;

	if (!is_lapic_register(arg[1]))
		return -EINVAL;
	VM_IOCTL(v->vm, v->fd, KVM_GET_LAPIC, &lapic);
	memcpy(&arg[0], lapic.regs + arg[1], sizeof(uint32_t));
	return 0;
}

static int64_t set_lapic(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_lapic_state lapic;

	if (!is_lapic_register(arg[1]))
		return -EINVAL;
	VM_IOCTL(v->vm, v->fd, KVM_GET_LAPIC, &lapic);
	memcpy(lapic.regs + arg[1], &arg[2], sizeof(uint32_t));
	return VM_ASK(v->vm, v->fd, KVM_SET_LAPIC, &lapic);
}

static int64_t get_cr0(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_sregs sregs;

	VM_IOCTL(v->vm, v->fd, KVM_GET_SREGS, &sregs);
	arg[0] = sregs.cr0;
	return 0;
}

static int64_t get_mp_state(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_mp_state state;

	VM_IOCTL(v->vm, v->fd, KVM_GET_MP_STATE, &state);
	arg[0] = state.mp_state;
	return 0;
}

static int64_t set_cr0(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_sregs sregs;

	VM_IOCTL(v->vm, v->fd, KVM_GET_SREGS, &sregs);
	sregs.cr0 = arg[1];
	return VM_ASK(v->vm, v->fd, KVM_SET_SREGS, &sregs);
}

struct one_msr {
	struct kvm_msrs head;
	struct kvm_msr_entry entry;
};

/* Of a vCPU's file, or of /dev/kvm's.  Both ioctls return how many MSRs they have done. */
static int64_t read_msr(struct vm *vm, int fd, uint32_t index, uint64_t *value)
{
	struct one_msr msr = { .head.nmsrs = 1, .entry.index = index };
	int64_t r = VM_ASK(vm, fd, KVM_GET_MSRS, &msr);

	*value = msr.entry.data;
	return r == 1 ? 0 : -EINVAL;
}

static int64_t get_msr(struct vcpu *v, uint64_t arg[6])
{
	return read_msr(v->vm, v->fd, arg[1], &arg[0]);
}

static int64_t get_feature_msr(struct vcpu *v, uint64_t arg[6])
{
	return read_msr(v->vm, v->vm->host->kvm, arg[0], &arg[0]);
}

static int64_t set_msr(struct vcpu *v, uint64_t arg[6])
{
	struct one_msr msr = {
		.head.nmsrs = 1, .entry = { .index = arg[1], .data = arg[2] },
	};

	return VM_ASK(v->vm, v->fd, KVM_SET_MSRS, &msr) == 1 ? 0 : -EINVAL;
}

/* The OUT that asked for this ends in KVM_RUN; until then nothing else is begun there. */
static void complete_out(struct vcpu *v)
{
	vcpu_set_immediate_exit(v, 1);
	if (!ioctl(v->fd, KVM_RUN, 0) || errno != EINTR)
		vm_finish(v->vm, END_SETUP, "ioctl KVM_RUN: it does not end at once");
	vcpu_set_immediate_exit(v, 0);
}

static int64_t set_exception(struct vcpu *v, const uint64_t arg[6])
{
	bool pending = arg[3];
	struct kvm_vcpu_events events;

	VM_IOCTL(v->vm, v->fd, KVM_GET_VCPU_EVENTS, &events);
	events.exception.injected = !pending;
	events.exception.pending = pending;
	events.exception.nr = arg[0];
	events.exception.has_error_code = arg[1];
	events.exception.error_code = arg[2];
	events.exception_has_payload = arg[4];
	events.exception_payload = arg[5];
	if (pending)
		events.flags |= KVM_VCPUEVENT_VALID_PAYLOAD;
	return VM_ASK(v->vm, v->fd, KVM_SET_VCPU_EVENTS, &events);
}

static void get_exception(struct vcpu *v, uint64_t arg[6])
{
	struct kvm_vcpu_events events;

	VM_IOCTL(v->vm, v->fd, KVM_GET_VCPU_EVENTS, &events);
	arg[1] = events.exception.nr;
	arg[2] = events.exception.has_error_code;
	arg[3] = events.exception.error_code;
}

void service_undefined(struct vcpu *v)
{
	static const uint64_t undefined[6] = { UD_VECTOR };

	if (set_exception(v, undefined))
		vm_finish(v->vm, END_SETUP, "ioctl KVM_SET_VCPU_EVENTS: it does not take #UD");
}

static int64_t inject_exception(struct vcpu *v, uint64_t arg[6])
{
	int64_t r;

	complete_out(v);
	r = set_exception(v, arg);
	v->injected = r == 0;
	get_exception(v, arg);
	return r;
}

void service_take_back(struct vcpu *v)
{
	struct call *slot = &vm_mailbox(v->vm)->call[v->index];

	v->injected = false;
	/*
	 * The exception is still in the VMCS, and without another one KVM does not
	 * write there again: every further entry would fail.
	 */
	service_undefined(v);
	slot->arg[0] = v->run->fail_entry.hardware_entry_failure_reason;
	slot->ret = -EIO;
}

static int64_t inspect_exception(struct vcpu *v, uint64_t arg[6])
{
	int64_t r;

	if (!inspect_is_asked_for(v))
		return -EPERM;
	complete_out(v);
	r = set_exception(v, arg);
	if (r)
		return r;
	r = inspect_event(v, &arg[0]);
	service_undefined(v);
	return r;
}

static int64_t inspect(struct vcpu *v, uint64_t arg[6])
{
	if (!inspect_is_asked_for(v))
		return -EPERM;
	complete_out(v);
	return inspect_page(v, arg);
}

static int64_t create_vcpu(struct vcpu *v, uint64_t arg[6])
{
	static pthread_mutex_t one_by_one = PTHREAD_MUTEX_INITIALIZER;
	int64_t r = -EINVAL;

	(void)arg;
	pthread_mutex_lock(&one_by_one);
	if (v->vm->nr_vcpus < v->vm->note->vcpus) {
		vcpu_start(vcpu_create(v->vm));
		r = 0;
	}
	pthread_mutex_unlock(&one_by_one);
	return r;
}

static int64_t vmm_exit(struct vcpu *v, uint64_t arg[6])
{
	v->vmm_refuses = arg[0];
	memcpy(arg, &v->seen, sizeof(v->seen));
	v->seen = (struct vmm_exit) {};
	return 0;
}

/* What KVM_GET_SUPPORTED_CPUID says of room for arg[0] entries. */
static int64_t count_cpuid(struct vcpu *v, uint64_t arg[6])
{
	uint32_t nent = arg[0] < MAX_CPUID_ROOM ? arg[0] : MAX_CPUID_ROOM;
	struct kvm_cpuid2 *cpuid = xrealloc(NULL, sizeof(*cpuid) +
					    nent * sizeof(cpuid->entries[0]));
	int64_t r;

	cpuid->nent = nent;
	r = ioctl(v->vm->host->kvm, KVM_GET_SUPPORTED_CPUID, cpuid) ? -errno : 0;
	arg[0] = cpuid->nent;
	free(cpuid);
	return r;
}

static const struct {
	service act;
	bool on_vcpu;		/* on number arg[0], not the one that calls */
} services[NR_SERVICES] = {
	[SERVICE_GET_SUPPORTED_CPUID] = { get_supported_cpuid },
	[SERVICE_SIGNAL_MSI] = { vm_service_signal_msi },
	[SERVICE_IRQFD_MSI] = { vm_service_irqfd_msi },
	[SERVICE_IRQ_LINE] = { vm_service_irq_line },
	[SERVICE_GET_LAPIC] = { get_lapic, .on_vcpu = true },
	[SERVICE_SET_LAPIC] = { set_lapic, .on_vcpu = true },
	[SERVICE_GET_CR0] = { get_cr0, .on_vcpu = true },
	[SERVICE_GET_MP_STATE] = { get_mp_state, .on_vcpu = true },
	[SERVICE_INJECT_EXCEPTION] = { inject_exception },
	[SERVICE_INSPECT_EXCEPTION] = { inspect_exception },
	[SERVICE_INSPECT] = { inspect },
	[SERVICE_GET_CPUID] = { get_cpuid, .on_vcpu = true },
	[SERVICE_SET_CR0] = { set_cr0, .on_vcpu = true },
	[SERVICE_GET_MSR] = { get_msr, .on_vcpu = true },
	[SERVICE_SET_MSR] = { set_msr, .on_vcpu = true },
	[SERVICE_CREATE_VCPU] = { create_vcpu },
	[SERVICE_GET_FEATURE_MSR] = { get_feature_msr },
	[SERVICE_VMM_EXIT] = { vmm_exit },
	[SERVICE_ENABLE_CAP] = { vm_service_enable_cap },
	[SERVICE_CHECK_EXTENSION] = { vm_service_check_extension },
	[SERVICE_CREATE_VM] = { vm_service_create_vm },
	[SERVICE_SET_MSR_FILTER] = { vm_service_set_msr_filter },
	[SERVICE_SET_MEMORY] = { vm_service_set_memory },
	[SERVICE_COUNT_CPUID] = { count_cpuid },
	[SERVICE_TAKE_MEMORY] = { userfault_take },
	[SERVICE_AWAIT_FAULT] = { userfault_await },
	[SERVICE_GIVE_MEMORY] = { userfault_give },
};

/* @act on vCPU number @index, which another thread may be running. */
static int64_t on_vcpu(struct vcpu *v, uint64_t index, service act, uint64_t arg[6])
{
	struct vcpu *other;
	int64_t r;

	if (index >= v->vm->nr_vcpus)
		return -EINVAL;
	other = &v->vm->vcpus[index];
	if (other == v)
		return act(v, arg);
	if (!other->started)
		return -EINVAL;
	vcpu_pause(other);
	r = act(other, arg);
	vcpu_resume(other);
	return r;
}

void service_call(struct vcpu *v)
{
	struct call *slot = &vm_mailbox(v->vm)->call[v->index];
	struct call call;

	mailbox_copy(&call, slot, sizeof(call));
	if (call.service >= NR_SERVICES)
		call.ret = -ENOSYS;
	else if (services[call.service].on_vcpu)
		call.ret = on_vcpu(v, call.arg[0], services[call.service].act, call.arg);
	else
		call.ret = services[call.service].act(v, call.arg);
	vm_trace(v->vm, "vCPU %u: service %lu = %ld", v->index, call.service, call.ret);
	*slot = call;
}
