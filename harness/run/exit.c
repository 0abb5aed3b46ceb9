// SPDX-License-Identifier: GPL-2.0-only

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "run/mailbox.h"
#include "run/vcpu.h"

#define MAX_INSN_BYTES	15
#define WHERE_SIZE	96

static const char *const reasons[] = {
	[KVM_EXIT_UNKNOWN] = "UNKNOWN", [KVM_EXIT_EXCEPTION] = "EXCEPTION",
	[KVM_EXIT_IO] = "IO", [KVM_EXIT_HYPERCALL] = "HYPERCALL",
	[KVM_EXIT_DEBUG] = "DEBUG", [KVM_EXIT_HLT] = "HLT", [KVM_EXIT_MMIO] = "MMIO",
	[KVM_EXIT_IRQ_WINDOW_OPEN] = "IRQ_WINDOW_OPEN", [KVM_EXIT_SHUTDOWN] = "SHUTDOWN",
	[KVM_EXIT_FAIL_ENTRY] = "FAIL_ENTRY", [KVM_EXIT_INTR] = "INTR",
	[KVM_EXIT_INTERNAL_ERROR] = "INTERNAL_ERROR", [KVM_EXIT_SYSTEM_EVENT] = "SYSTEM_EVENT",
	[KVM_EXIT_IOAPIC_EOI] = "IOAPIC_EOI", [KVM_EXIT_X86_RDMSR] = "X86_RDMSR",
	[KVM_EXIT_X86_WRMSR] = "X86_WRMSR", [KVM_EXIT_X86_BUS_LOCK] = "X86_BUS_LOCK",
	[KVM_EXIT_HYPERV] = "HYPERV",
};

static const char *reason_name(uint32_t reason)
{
	if (reason < sizeof(reasons) / sizeof(*reasons) && reasons[reason])
		return reasons[reason];
	return "?";
}

/* Return whether the guest rang for a host call. */
static bool handle_doorbell(struct vcpu *v)
{
	const struct kvm_run *run = v->run;
	char why_crashed[LINE_SIZE], where[WHERE_SIZE];
	uint32_t why;

	if (run->io.direction != KVM_EXIT_IO_OUT || run->io.port != DOORBELL_PORT ||
	    run->io.size != sizeof(why) || run->io.count != 1)
		vm_finish(v->vm, END_EXIT, "vCPU %u: port 0x%x, %s of %u bytes, at %s",
			  v->index, run->io.port,
			  run->io.direction == KVM_EXIT_IO_OUT ? "OUT" : "IN",
			  run->io.size, vcpu_locate(v, where, sizeof(where)));
	memcpy(&why, (const char *)run + run->io.data_offset, sizeof(why));
	switch (why) {
	case RING_CALL:
		host_call(v);
		break;
	case RING_YIELD:
		sched_yield();
		break;
	case RING_WAIT:
		vcpu_wait(v);
		break;
	case RING_WAKE:
		vcpu_wake_others(v->vm);
		break;
	case RING_DONE:
		vm_finish(v->vm, END_DONE, "done");
	case RING_CRASH:
		vm_finish(v->vm, END_CRASH, "%s", mailbox_crash(vm_mailbox(v->vm), v->vm->c,
								why_crashed, sizeof(why_crashed)));
	default:
		vm_finish(v->vm, END_GARBAGE, "vCPU %u rings with 0x%x, an unknown request, at %s",
			  v->index, why, vcpu_locate(v, where, sizeof(where)));
	}
	return why == RING_CALL;
}

/* Format the instruction that KVM cannot emulate, from KVM's report or from guest memory. */
static void instruction_bytes(struct vcpu *v, char *hex)
{
	const struct kvm_run *run = v->run;
	const uint8_t *bytes = run->emulation_failure.insn_bytes;
	size_t n = run->emulation_failure.insn_size;
	struct kvm_regs regs;

	if (run->emulation_failure.ndata < 2 ||
	    !(run->emulation_failure.flags &
	      KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES) || n == 0) {
		if (ioctl(v->fd, KVM_GET_REGS, &regs) || regs.rip >= PAGE_END - MAX_INSN_BYTES) {
			strcpy(hex, "?");
			return;
		}
		bytes = v->vm->memory + regs.rip;
		n = MAX_INSN_BYTES;
	}
	for (size_t i = 0; i < n && i < MAX_INSN_BYTES; i++)
		hex += sprintf(hex, i ? " %02x" : "%02x", bytes[i]);
}

/*
 * kvm_pvm emulates CPL0, but not every instruction: the host lacks something.
 * Where a CPU runs the guest, failed emulation is a deviation.
 */
static enum end end_of_emulation_failure(const struct vcpu *v)
{
	return facts_is(&v->vm->host->facts, "vendor", "pvm") ? END_CANNOT_EMULATE : END_EXIT;
}

static _Noreturn void internal_error(struct vcpu *v, const char *where)
{
	char hex[3 * MAX_INSN_BYTES + 1];

	if (v->run->internal.suberror != KVM_INTERNAL_ERROR_EMULATION)
		vm_finish(v->vm, END_EXIT, "vCPU %u: KVM_EXIT_INTERNAL_ERROR, suberror %u, at %s",
			  v->index, v->run->internal.suberror, where);
	instruction_bytes(v, hex);
	vm_finish(v->vm, end_of_emulation_failure(v),
		  "this KVM cannot emulate the instruction at %s: %s", where, hex);
}

static void trace_exit(struct vcpu *v)
{
	char where[WHERE_SIZE];

	vm_trace(v->vm, "vCPU %u: KVM_EXIT_%s at %s", v->index, reason_name(v->run->exit_reason),
		 vcpu_locate(v, where, sizeof(where)));
	if (v->run->exit_reason != KVM_EXIT_IO)
		vcpu_trace(v);
}

/* End the VM, except after a failed entry whose injected exception can be replaced. */
static void handle_unexpected(struct vcpu *v)
{
	const struct kvm_run *run = v->run;
	char where[WHERE_SIZE];

	vcpu_locate(v, where, sizeof(where));
	switch (run->exit_reason) {
	case KVM_EXIT_SHUTDOWN:
		vm_finish(v->vm, END_SHUTDOWN, "vCPU %u: triple fault at %s", v->index, where);
	case KVM_EXIT_FAIL_ENTRY:
		if (v->injected) {
			host_call_take_back(v);
			break;
		}
		vm_finish(v->vm, END_FAIL_ENTRY, "vCPU %u: KVM_EXIT_FAIL_ENTRY, reason 0x%llx, at %s",
			  v->index, run->fail_entry.hardware_entry_failure_reason, where);
	case KVM_EXIT_INTERNAL_ERROR:
		internal_error(v, where);
	case KVM_EXIT_MMIO:
		vm_finish(v->vm, END_EXIT, "vCPU %u: %s of 0x%llx, where there is no memory, at %s",
			  v->index, run->mmio.is_write ? "store" : "load", run->mmio.phys_addr, where);
	default:
		vm_finish(v->vm, END_EXIT, "vCPU %u: KVM_EXIT_%s (%u) at %s", v->index,
			  reason_name(run->exit_reason), run->exit_reason, where);
	}
}

static struct vmm_exit *remember(struct vcpu *v, uint64_t where)
{
	struct kvm_regs regs;

	VM_IOCTL(v->vm, v->fd, KVM_GET_REGS, &regs);
	v->seen = (struct vmm_exit) {
		.count = v->seen.count + 1, .reason = v->run->exit_reason, .where = where,
		.rip = regs.rip,
	};
	return &v->seen;
}

static void answer_access(struct vcpu *v, uint64_t where, bool store, void *data, size_t size)
{
	struct vmm_exit *seen = remember(v, where);

	if (store && size <= sizeof(seen->stored))
		memcpy(&seen->stored, data, size);
	else if (!store)
		memset(data, VMM_ANSWERS, size);
}

static void answer_msr(struct vcpu *v)
{
	struct kvm_run *run = v->run;

	answer_access(v, run->msr.index, run->exit_reason == KVM_EXIT_X86_WRMSR, &run->msr.data,
		      sizeof(run->msr.data));
	v->seen.detail = run->msr.reason;
	run->msr.error = v->vmm_answer == VMM_REFUSES;
}

/* Return @vmm_answer once, and VMM_ANSWERS to the hypercall after that. */
static void answer_hypercall(struct vcpu *v)
{
	struct kvm_run *run = v->run;
	struct vmm_exit *seen = remember(v, run->hypercall.nr);

	memcpy(seen->args, run->hypercall.args, sizeof(seen->args));
	memset(&run->hypercall.ret, VMM_ANSWERS, sizeof(run->hypercall.ret));
	if (v->vmm_answer)
		run->hypercall.ret = v->vmm_answer;
	v->vmm_answer = 0;
}

/* Inject #UD at CPL3, as KVM does without KVM_CAP_EXIT_ON_EMULATION_FAILURE. */
static bool answer_emulation_failure(struct vcpu *v)
{
	struct kvm_run *run = v->run;
	struct kvm_sregs sregs;

	VM_IOCTL(v->vm, v->fd, KVM_GET_SREGS, &sregs);
	if (run->internal.suberror != KVM_INTERNAL_ERROR_EMULATION || sregs.ss.dpl != 3)
		return false;
	remember(v, 0);
	if (run->emulation_failure.ndata > 1 && run->emulation_failure.flags &
	    KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES) {
		v->seen.detail = run->emulation_failure.insn_size;
		memcpy(&v->seen.stored, run->emulation_failure.insn_bytes, sizeof(v->seen.stored));
	}
	vcpu_inject_undefined(v);
	return true;
}

/*
 * With .vmm_exits: remember an exit for HOST_VMM_EXIT, and answer it.  Return false if it is not
 * an exit that payloads observe.
 */
static bool handle_as_vmm(struct vcpu *v)
{
	struct kvm_run *run = v->run;

	switch (run->exit_reason) {
	case KVM_EXIT_MMIO:
		answer_access(v, run->mmio.phys_addr, run->mmio.is_write, run->mmio.data,
			      run->mmio.len);
		return true;
	case KVM_EXIT_IO:
		if (run->io.port == DOORBELL_PORT)
			return false;
		answer_access(v, run->io.port, run->io.direction == KVM_EXIT_IO_OUT,
			      (char *)run + run->io.data_offset,
			      (size_t)run->io.size * run->io.count);
		return true;
	case KVM_EXIT_X86_RDMSR:
	case KVM_EXIT_X86_WRMSR:
		answer_msr(v);
		return true;
	case KVM_EXIT_HYPERCALL:
		answer_hypercall(v);
		return true;
	case KVM_EXIT_IOAPIC_EOI:
		remember(v, run->eoi.vector);
		return true;
	case KVM_EXIT_IRQ_WINDOW_OPEN:
		v->vmm_answer = VMM_ACCEPTS;
		remember(v, 0);
		return true;
	case KVM_EXIT_HYPERV:
		remember(v, v->run->hyperv.type == KVM_EXIT_HYPERV_SYNIC ? v->run->hyperv.u.synic.msr : 0);
		return true;
	case KVM_EXIT_X86_BUS_LOCK:
		remember(v, 0);
		return true;
	case KVM_EXIT_INTERNAL_ERROR:
		return answer_emulation_failure(v);
	case KVM_EXIT_SHUTDOWN:
		if (v->vmm_answer != VMM_CONTINUES)
			return false;
		v->vmm_answer = VMM_ACCEPTS;
		remember(v, 0);
		return true;
	default:
		return false;
	}
}

bool exit_handle(struct vcpu *v)
{
	if (v->vm->trace)
		trace_exit(v);
	if (v->run->exit_reason != KVM_EXIT_FAIL_ENTRY && v->run->exit_reason != KVM_EXIT_INTR)
		v->injected = false;
	if (v->vm->note->vmm_exits && handle_as_vmm(v))
		return host_call_at_exit(v);
	switch (v->run->exit_reason) {
	case KVM_EXIT_IO:
		return handle_doorbell(v);
	case KVM_EXIT_INTR:
		break;
	default:
		handle_unexpected(v);
	}
	return false;
}
