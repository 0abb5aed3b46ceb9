// SPDX-License-Identifier: GPL-2.0-only

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "run/host_call.h"

const char *const target_names[NR_TARGETS] = {
	[TARGET_SYSTEM] = "/dev/kvm", [TARGET_VM] = "the VM", [TARGET_OTHER_VM] = "the other VM",
	[TARGET_VCPU] = "a vCPU",
};

void *guest_memory(const struct doing *d, uint64_t address, uint64_t size, uint64_t start,
		   uint64_t end)
{
	if (address < start || address > end || size > end - address)
		REFUSE(d->caller, "0x%lx bytes at 0x%lx are not its memory", size, address);
	return d->caller->vm->memory + address;
}

void *payload_memory(const struct doing *d, uint64_t address, uint64_t size)
{
	return guest_memory(d, address, size, IMAGE_BASE, PAGE_BASE);
}

static int64_t store(const struct doing *d, const struct step *s)
{
	if (s->size > sizeof(s->value))
		REFUSE(d->caller, "HOST_STORE of %u bytes, at most %zu", s->size, sizeof(s->value));
	memcpy(payload_memory(d, s->data, s->size), &s->value, s->size);
	return 0;
}

/* Replace an earlier VM by dup3(): a host call of another vCPU may be using its descriptor. */
static int64_t create_vm(const struct doing *d, enum irqchip irqchip)
{
	static pthread_mutex_t one_by_one = PTHREAD_MUTEX_INITIALIZER;
	struct vm *vm = d->caller->vm;
	int fd = VM_IOCTL(vm, vm->host->kvm, KVM_CREATE_VM, 0);

	if (irqchip)
		vm_create_irqchip(vm, fd, irqchip);
	pthread_mutex_lock(&one_by_one);
	if (vm->other_fd < 0)
		vm->other_fd = fd;
	else if (dup3(fd, vm->other_fd, O_CLOEXEC) < 0 || close(fd))
		vm_finish(vm, END_SETUP, "dup3: %s", strerror(errno));
	pthread_mutex_unlock(&one_by_one);
	return 0;
}

static int64_t add_vcpu(const struct doing *d)
{
	static pthread_mutex_t one_by_one = PTHREAD_MUTEX_INITIALIZER;
	struct vm *vm = d->caller->vm;
	int64_t r = -EINVAL;

	pthread_mutex_lock(&one_by_one);
	if (vm->nr_vcpus < vm->note->vcpus) {
		vcpu_start(vcpu_create(vm));
		r = 0;
	}
	pthread_mutex_unlock(&one_by_one);
	return r;
}

/* Write to an eventfd; its deassignment waits until KVM has injected the interrupt. */
static int64_t raise_irqfd(const struct doing *d, uint32_t gsi)
{
	struct vm *vm = d->caller->vm;
	struct kvm_irqfd irqfd = { .fd = eventfd(0, EFD_CLOEXEC), .gsi = gsi };
	uint64_t one = 1;
	int64_t r;

	if ((int)irqfd.fd < 0)
		vm_finish(vm, END_SETUP, "eventfd: %s", strerror(errno));
	r = VM_ASK(vm, d->fd, KVM_IRQFD, &irqfd);
	if (!r && write(irqfd.fd, &one, sizeof(one)) != sizeof(one))
		vm_finish(vm, END_SETUP, "write to an eventfd: %s", strerror(errno));
	irqfd.flags = KVM_IRQFD_FLAG_DEASSIGN;
	if (!r)
		r = VM_ASK(vm, d->fd, KVM_IRQFD, &irqfd);
	close(irqfd.fd);
	return r;
}

/* Return how often the eventfd of KVM_IOEVENTFD has been signaled since the last call. */
static int64_t read_events(const struct doing *d)
{
	struct vm *vm = d->caller->vm;
	uint64_t events;

	if (!vm->eventfd)
		REFUSE(d->caller, "HOST_EVENTS without KVM_IOEVENTFD");
	if (read(vm->eventfd, &events, sizeof(events)) == sizeof(events))
		return events;
	if (errno != EAGAIN)
		vm_finish(vm, END_SETUP, "read of an eventfd: %s", strerror(errno));
	return 0;
}

/* Refuse a request whose structure is not @size bytes long. */
static void want_size(const struct doing *d, const struct step *s, const char *request, size_t size)
{
	if (s->size != size)
		REFUSE(d->caller, "%s with %u bytes, want %zu", request, s->size, size);
}

static int64_t vmm_exit(const struct doing *d, const struct step *s)
{
	struct vcpu *v = d->caller;

	want_size(d, s, "HOST_VMM_EXIT", sizeof(v->seen));
	v->vmm_answer = s->value;
	memcpy(payload_memory(d, s->data, s->size), &v->seen, s->size);
	v->seen = (struct vmm_exit) {};
	return 0;
}

/* KVM sets the flag when KVM_RUN ends. */
static int64_t ready(const struct doing *d, const struct step *s)
{
	uint64_t ready;

	want_size(d, s, "HOST_READY", sizeof(ready));
	d->caller->run->request_interrupt_window = 1;
	vcpu_complete_exit(d->caller);
	ready = d->caller->run->ready_for_interrupt_injection;
	memcpy(payload_memory(d, s->data, s->size), &ready, s->size);
	return 0;
}

static int64_t inspected_event(const struct doing *d, const struct step *s)
{
	uint64_t event;
	int64_t r;

	want_size(d, s, "HOST_INSPECT_EVENT", sizeof(event));
	r = inspect_event(d->caller, &event);
	vcpu_inject_undefined(d->caller);
	memcpy(payload_memory(d, s->data, s->size), &event, s->size);
	return r;
}

static int64_t inspected_apic(const struct doing *d, const struct step *s)
{
	uint64_t apic;
	int64_t r;

	want_size(d, s, "HOST_INSPECT_APIC", sizeof(apic));
	r = inspect_apic(d->caller, &apic);
	memcpy(payload_memory(d, s->data, s->size), &apic, s->size);
	return r;
}

static int64_t inspected_page(const struct doing *d, const struct step *s)
{
	struct inspection page;
	void *guest = payload_memory(d, s->data, s->size);
	int64_t r;

	want_size(d, s, "HOST_INSPECT_PAGE", sizeof(page));
	mailbox_copy(&page, guest, sizeof(page));
	r = inspect_page(d->caller, &page);
	memcpy(guest, &page, sizeof(page));
	return r;
}

/* First have KVM store the registers as they are: it may load them again. */
static int64_t sync_regs(const struct doing *d, const struct step *s)
{
	struct kvm_run *run = d->vcpu->run;
	int error;

	run->kvm_valid_regs = KVM_SYNC_X86_VALID_FIELDS;
	vcpu_run_nothing(d->vcpu);
	run->kvm_valid_regs = s->value;
	run->kvm_dirty_regs = s->data;
	error = vcpu_run_nothing(d->vcpu);
	run->kvm_valid_regs = run->kvm_dirty_regs = 0;
	return error == EINTR ? 0 : -error;
}

/* After these, the guest depends on this process, or compares with clocks of this host. */
#define NEEDS_THIS_HOST	(1 << HOST_TIME | 1 << HOST_TSC | 1 << HOST_SHARE_CPU | 1 << HOST_RUN_DELAY | \
			 1 << HOST_CREATE_VM | 1 << HOST_TAKE_MEMORY)

static int64_t do_step(const struct doing *d, const struct step *s)
{
	bool of_vm = d->target == TARGET_VM, of_self = d->vcpu == d->caller;

	if (s->request >= NR_HOST_REQUESTS)
		return kvm_ioctl(d, s);
	if (1 << s->request & NEEDS_THIS_HOST)
		d->caller->vm->stays = true;
	if (s->request == HOST_STORE)
		return store(d, s);
	if (s->request == HOST_TIME && d->target == TARGET_SYSTEM)
		return clock_time(d->caller, s->value);
	if (s->request == HOST_TSC && d->target == TARGET_SYSTEM)
		return clock_tsc();
	if (s->request == HOST_SHARE_CPU && d->target == TARGET_SYSTEM)
		return clock_share_cpu(d->caller);
	if (s->request == HOST_RUN_DELAY && d->target == TARGET_SYSTEM)
		return clock_run_delay(d->caller);
	if (s->request == HOST_CREATE_VM && d->target == TARGET_SYSTEM)
		return create_vm(d, s->value);
	if (s->request == HOST_ADD_VCPU && of_vm)
		return add_vcpu(d);
	if (s->request == HOST_IRQFD && of_vm)
		return raise_irqfd(d, s->value);
	if (s->request == HOST_EVENTS && of_vm)
		return read_events(d);
	if (s->request == HOST_TAKE_MEMORY && of_vm)
		return userfault_take(d->caller, s->data);
	if (s->request == HOST_AWAIT_FAULT && of_vm)
		return userfault_await(d->caller, s->data);
	if (s->request == HOST_GIVE_MEMORY && of_vm)
		return userfault_give(d->caller, s->data, s->value);
	if (s->request == HOST_VMM_EXIT && of_self)
		return vmm_exit(d, s);
	if (s->request == HOST_READY && of_self)
		return ready(d, s);
	if (s->request == HOST_INSPECT_EVENT && of_self)
		return inspected_event(d, s);
	if (s->request == HOST_INSPECT_PAGE && of_self)
		return inspected_page(d, s);
	if (s->request == HOST_INSPECT_APIC && of_self)
		return inspected_apic(d, s);
	if (s->request == HOST_SYNC_REGS && of_self)
		return sync_regs(d, s);
	REFUSE(d->caller, "request %u is not for %s", s->request, target_names[d->target]);
}

static int64_t do_steps(const struct doing *d, const struct host_call *call)
{
	int64_t r = 0;

	for (uint32_t i = 0; i < call->nr && r >= 0; i++)
		r = do_step(d, &call->step[i]);
	return r;
}

static int64_t begin_on_vcpu(struct doing *d, uint32_t index)
{
	struct vcpu *v = d->caller;
	struct vm *vm = v->vm;

	if (index >= vm->note->vcpus)
		REFUSE(v, "there is no vCPU %u", index);
	/* The caller may run before vcpu_start() has set its .started. */
	if (index != v->index && (index >= vm->nr_vcpus || !vm->vcpus[index].started))
		return -EINVAL;
	d->vcpu = &vm->vcpus[index];
	d->fd = d->vcpu->fd;
	if (d->vcpu == v)
		vcpu_complete_exit(v);
	else
		vcpu_pause(d->vcpu);
	return 0;
}

/*
 * Set the target's file, and its vCPU; keep a vCPU other than the caller out of KVM_RUN until
 * the call ends.  Return 0, or -EINVAL for a vCPU that does not run yet.
 */
static int64_t begin(struct doing *d, const struct host_call *call)
{
	struct vm *vm = d->caller->vm;

	if (call->nr > MAX_STEPS || call->target >= NR_TARGETS)
		REFUSE(d->caller, "%u steps on target %u, at most %u and %u", call->nr, call->target,
		       MAX_STEPS, NR_TARGETS - 1);
	d->target = call->target;
	if (d->target == TARGET_VCPU)
		return begin_on_vcpu(d, call->vcpu);
	d->fd = d->target == TARGET_SYSTEM ? vm->host->kvm :
		d->target == TARGET_VM ? vm->fd : vm->other_fd;
	if (d->fd < 0)
		REFUSE(d->caller, "there is no other VM");
	return 0;
}

void host_call(struct vcpu *v)
{
	struct host_call *slot = &vm_mailbox(v->vm)->call[v->index], call;
	struct doing d = { .caller = v };

	mailbox_copy(&call, slot, sizeof(call));
	call.ret = begin(&d, &call);
	if (!call.ret)
		call.ret = do_steps(&d, &call);
	if (d.vcpu && d.vcpu != v)
		vcpu_resume(d.vcpu);
	vm_trace(v->vm, "vCPU %u: host call 0x%x of %s = %ld", v->index, call.step[0].request,
		 target_names[d.target], call.ret);
	slot->ret = call.ret;
}

bool host_call_at_exit(struct vcpu *v)
{
	if (!__atomic_exchange_n(&vm_mailbox(v->vm)->call[v->index].at_exit, 0, __ATOMIC_SEQ_CST))
		return false;
	host_call(v);
	return true;
}

void host_call_take_back(struct vcpu *v)
{
	struct host_call *slot = &vm_mailbox(v->vm)->call[v->index];

	v->injected = false;
	/*
	 * The exception is still in the VMCS, and KVM overwrites it only to inject
	 * another one: without that, every further entry would fail.
	 */
	vcpu_inject_undefined(v);
	slot->failure_reason = v->run->fail_entry.hardware_entry_failure_reason;
	slot->ret = -EIO;
}
