// SPDX-License-Identifier: GPL-2.0-only
#include "run/vcpu.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>


#define CR0_AT_ENTRY		0x80010033	/* PG, WP, NE, ET, MP, PE */
#define CR4_AT_ENTRY		0x00000620	/* OSXMMEXCPT, OSFXSR, PAE */
#define EFER_AT_ENTRY		0x00000500	/* LMA, LME */
#define RFLAGS_AT_ENTRY		0x00000002

#define KICK_AGAIN_NS		2000000		/* a kick may come before KVM_RUN */
#define WAIT_NS			5000000	/* short, because an NMI may be pending for the vCPU */
#define NS_A_SECOND		1000000000
#define STACK_SIZE		(64 << 10)
#define UD_VECTOR		6

static void set_cpuid(struct vcpu *v)
{
	const struct vm_note *note = v->vm->note;
	const struct kvm_cpuid2 *supported = v->vm->host->cpuid;
	size_t size = sizeof(*supported) + supported->nent * sizeof(supported->entries[0]);
	char copy[size] __attribute__((aligned(8)));
	struct kvm_cpuid2 *cpuid = memcpy(copy, supported, size);

	for (uint32_t i = 0; i < cpuid->nent; i++) {
		struct kvm_cpuid_entry2 *e = &cpuid->entries[i];
		uint32_t *regs[] = { &e->eax, &e->ebx, &e->ecx, &e->edx };

		if (e->function == 1)
			e->ebx = (e->ebx & 0xffffff) | v->id << 24;
		if (e->function == 0xb || e->function == 0x1f)
			e->edx = v->id;
		for (size_t k = 0; k < MAX_CPUID_EDITS; k++) {
			const struct cpuid_edit *edit = &note->cpuid[k];

			if (edit->vcpus && !(edit->vcpus >> v->index & 1))
				continue;
			if (edit->leaf == e->function && edit->index == e->index)
				*regs[edit->reg] = (*regs[edit->reg] | edit->set) & ~edit->clear;
		}
	}
	VM_IOCTL(v->vm, v->fd, KVM_SET_CPUID2, cpuid);
}

/* Enter directly in 64-bit mode at CPL0, with the payload's page tables and GDT. */
static void set_registers(struct vcpu *v)
{
	const struct boot_note *boot = &v->vm->c->boot;
	struct kvm_segment code = {
		.selector = KERNEL_CS, .limit = 0xffffffff, .type = 11, .present = 1,
		.s = 1, .l = 1, .g = 1,
	};
	struct kvm_segment data = {
		.selector = KERNEL_DS, .limit = 0xffffffff, .type = 3, .present = 1,
		.s = 1, .db = 1, .g = 1,
	};
	struct kvm_segment tss = { .limit = 0x67, .type = 11, .present = 1 };
	struct kvm_regs regs = {
		.rip = v->vm->c->entry, .rflags = RFLAGS_AT_ENTRY,
		.rdi = v->index, .rsi = v->id,
	};
	struct kvm_sregs sregs;

	VM_IOCTL(v->vm, v->fd, KVM_GET_SREGS, &sregs);
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.tr = tss;
	sregs.gdt.base = boot->gdt;
	sregs.gdt.limit = boot->gdt_size - 1;
	sregs.idt.limit = 0;
	sregs.cr0 = CR0_AT_ENTRY;
	sregs.cr3 = boot->cr3;
	sregs.cr4 = CR4_AT_ENTRY;
	sregs.efer = EFER_AT_ENTRY;
	VM_IOCTL(v->vm, v->fd, KVM_SET_SREGS, &sregs);
	VM_IOCTL(v->vm, v->fd, KVM_SET_REGS, &regs);
}

void vcpu_create_in(struct vcpu *v, int vm_fd)
{
	struct vm *vm = v->vm;
	unsigned long size = VM_IOCTL(vm, vm->host->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	int fd = VM_ASK(vm, vm_fd, KVM_CREATE_VCPU, (unsigned long)v->id);

	/* Before 6.17, AVIC without x2AVIC allows no id above 254. */
	if (fd < 0)
		vm_finish(vm, v->id >= 255 && facts_is(&vm->host->facts, "avic", "1") ?
			  END_LACKS : END_SETUP,
			  "KVM_CREATE_VCPU refuses vCPU id %u", v->id);
	v->run = mmap(v->run, size, PROT_READ | PROT_WRITE, MAP_SHARED | (v->run ? MAP_FIXED : 0), fd, 0);
	if (v->run == MAP_FAILED)
		vm_finish(vm, END_SETUP, "mmap of vCPU %u: %s", v->index, strerror(errno));
	if (v->fd < 0)
		v->fd = fd;
	else if (dup3(fd, v->fd, O_CLOEXEC) < 0 || close(fd))
		vm_finish(vm, END_SETUP, "dup3: %s", strerror(errno));
	vm_enable(vm, v->fd, true);
}

struct vcpu *vcpu_create(struct vm *vm)
{
	struct kvm_mp_state runnable = { KVM_MP_STATE_RUNNABLE };
	uint32_t index = vm->nr_vcpus;
	struct vcpu *v = &vm->vcpus[index];

	*v = (struct vcpu) {
		.vm = vm, .index = index, .id = vcpu_id(vm->note, index), .fd = -1,
		.entered = PTHREAD_MUTEX_INITIALIZER, .resumed = PTHREAD_COND_INITIALIZER,
	};
	vcpu_create_in(v, vm->fd);
	set_cpuid(v);
	if (!index || vm->note->ap_start != AP_WAIT_FOR_SIPI) {
		set_registers(v);
		VM_IOCTL(vm, v->fd, KVM_SET_MP_STATE, &runnable);
	}
	vm->nr_vcpus++;
	return v;
}

const char *vcpu_locate(struct vcpu *v, char *buffer, size_t size)
{
	struct kvm_regs regs;

	if (ioctl(v->fd, KVM_GET_REGS, &regs))
		return strcpy(buffer, "?");
	return case_locate(v->vm->c, regs.rip, buffer, size);
}

void vcpu_trace(struct vcpu *v)
{
	struct kvm_regs r;
	struct kvm_sregs s;

	if (!v->vm->trace || ioctl(v->fd, KVM_GET_REGS, &r) || ioctl(v->fd, KVM_GET_SREGS, &s))
		return;
	vm_trace(v->vm, "RAX %016llx RBX %016llx RCX %016llx RDX %016llx", r.rax, r.rbx, r.rcx, r.rdx);
	vm_trace(v->vm, "RSI %016llx RDI %016llx RBP %016llx RSP %016llx", r.rsi, r.rdi, r.rbp, r.rsp);
	vm_trace(v->vm, "R8  %016llx R9  %016llx R10 %016llx R11 %016llx", r.r8, r.r9, r.r10, r.r11);
	vm_trace(v->vm, "R12 %016llx R13 %016llx R14 %016llx R15 %016llx", r.r12, r.r13, r.r14, r.r15);
	vm_trace(v->vm, "RIP %016llx RFLAGS %08llx CS %04x SS %04x TR %04x", r.rip, r.rflags,
		 s.cs.selector, s.ss.selector, s.tr.selector);
	vm_trace(v->vm, "CR0 %08llx CR2 %016llx CR3 %08llx CR4 %08llx EFER %04llx", s.cr0, s.cr2,
		 s.cr3, s.cr4, s.efer);
}

void vcpu_set_immediate_exit(struct vcpu *v, uint8_t on)
{
	__atomic_store_n(&v->run->immediate_exit, on, __ATOMIC_SEQ_CST);
}

int vcpu_run_nothing(struct vcpu *v)
{
	int r, error;

	vcpu_set_immediate_exit(v, 1);
	r = ioctl(v->fd, KVM_RUN, 0);
	error = r ? errno : 0;
	vcpu_set_immediate_exit(v, 0);
	return error;
}

void vcpu_complete_exit(struct vcpu *v)
{
	int error;

	/* An access may have several parts, with an exit for each. */
	while (!(error = vcpu_run_nothing(v)))
		exit_handle(v);
	if (error != EINTR)
		vm_finish(v->vm, END_SETUP, "ioctl KVM_RUN: immediate_exit does not end it");
}

void vcpu_inject_undefined(struct vcpu *v)
{
	struct kvm_vcpu_events events;

	VM_IOCTL(v->vm, v->fd, KVM_GET_VCPU_EVENTS, &events);
	events.exception.injected = 1;
	events.exception.pending = 0;
	events.exception.nr = UD_VECTOR;
	events.exception.has_error_code = 0;
	events.exception_has_payload = 0;
	VM_IOCTL(v->vm, v->fd, KVM_SET_VCPU_EVENTS, &events);
}

static void *enter_guest(void *argument)
{
	struct vcpu *v = argument;
	char where[96];

	for (;;) {
		int r, error;

		move_wait(v);
		pthread_mutex_lock(&v->entered);
		while (v->paused)
			pthread_cond_wait(&v->resumed, &v->entered);
		vcpu_set_immediate_exit(v, 0);
		v->run->request_interrupt_window = v->vmm_answer == VMM_AWAITS_WINDOW;
		errno = EINTR;
		r = v->vm->expired || move_is_wanted(v->vm) ? -1 : ioctl(v->fd, KVM_RUN, 0);
		error = errno;
		pthread_mutex_unlock(&v->entered);
		if (v->vm->expired) {
			vcpu_trace(v);
			vm_finish(v->vm, END_TIMEOUT, "time limit of %u ms: vCPU %u is at %s",
				  v->vm->limit_ms, v->index,
				  vcpu_locate(v, where, sizeof(where)));
		}
		if (r == 0)
			move_after_exit(v, exit_handle(v));
		else if (error != EINTR && error != EAGAIN)
			vm_finish(v->vm, END_SETUP, "ioctl KVM_RUN: %s", strerror(error));
	}
	return NULL;
}

static void kicked(int signal)
{
	(void)signal;
}

void vcpu_start(struct vcpu *v)
{
	struct sigaction action = { .sa_handler = kicked };
	pthread_attr_t attributes;
	int error;

	sigaction(KICK_SIGNAL, &action, NULL);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	error = pthread_create(&v->thread, &attributes, enter_guest, v);
	pthread_attr_destroy(&attributes);
	if (error)
		vm_finish(v->vm, END_SETUP, "pthread_create: %s", strerror(error));
	v->started = true;
}

void vcpu_kick(struct vcpu *v)
{
	vcpu_set_immediate_exit(v, 1);
	pthread_kill(v->thread, KICK_SIGNAL);
}

struct timespec from_now(long ns)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += ns;
	t.tv_sec += t.tv_nsec / NS_A_SECOND;
	t.tv_nsec %= NS_A_SECOND;
	return t;
}

void vcpu_pause(struct vcpu *v)
{
	struct timespec again;

	v->paused++;
	do {
		vcpu_kick(v);
		again = from_now(KICK_AGAIN_NS);
	} while (pthread_mutex_timedlock(&v->entered, &again));
}

void vcpu_resume(struct vcpu *v)
{
	v->paused--;
	pthread_cond_signal(&v->resumed);
	pthread_mutex_unlock(&v->entered);
}

void vcpu_wait(struct vcpu *v)
{
	struct vm *vm = v->vm;
	struct timespec until = from_now(WAIT_NS);

	pthread_mutex_lock(&vm->waiting);
	if (v->wakes == vm->wakes)
		pthread_cond_timedwait(&vm->woken, &vm->waiting, &until);
	v->wakes = vm->wakes;
	pthread_mutex_unlock(&vm->waiting);
}

void vcpu_wake_others(struct vm *vm)
{
	pthread_mutex_lock(&vm->waiting);
	vm->wakes++;
	pthread_cond_broadcast(&vm->woken);
	pthread_mutex_unlock(&vm->waiting);
}
