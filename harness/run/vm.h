/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One VM of one variant.  It lives in a process of its own (worker.c), so any
 * failure just ends that process: vm_finish() reports it.
 */
#ifndef RUN_VM_H
#define RUN_VM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <linux/kvm.h>

#include "run/case.h"
#include "run/host.h"
#include "record/report.h"

struct vm;

struct vcpu {
	struct vm *vm;
	uint32_t index;			/* in creation order */
	uint32_t id;
	int fd;
	struct kvm_run *run;
	pthread_t thread;
	pthread_mutex_t entered;	/* held around KVM_RUN */
	pthread_cond_t resumed;
	atomic_bool started;		/* it has its thread */
	atomic_bool paused;		/* a host call wants the vCPU's file */
	unsigned int wakes;		/* of the VM's, those that it has seen */
	bool injected;			/* an exception, by a host call, for the next entry */
	bool vmm_refuses;		/* how what is seen is answered */
	struct vmm_exit seen;
};

struct vm {
	const struct host *host;
	const struct case_file *c;
	const struct vm_note *note;
	struct report *report;
	int done;			/* written to when the report is complete */
	bool trace;
	bool inspect;			/* HOST_INSPECT_... is asked for */
	unsigned int limit_ms;
	unsigned long start_ms;
	int fd;
	atomic_int other_fd;		/* of HOST_CREATE_VM, or -1 */
	uint8_t *memory;		/* guest physical 0 to MEMORY_END */
	atomic_int userfaultfd;		/* 0: none yet */
	struct vcpu *vcpus;
	atomic_uint nr_vcpus;		/* so many have been created */
	atomic_bool expired;		/* the time limit has passed */
	pthread_mutex_t waiting;	/* of RING_WAIT */
	pthread_cond_t woken;
	unsigned int wakes;		/* so many RING_WAKEs */
};

/* vm_create() - the VM, its memory, irqchip, vCPUs and their registers. */
void vm_create(struct vm *vm);

/* vm_mailbox() - the payload's mailbox; the guest may write it at any time. */
struct mailbox *vm_mailbox(const struct vm *vm);

/*
 * vm_finish() - read the mailbox, complete the report and end the process.
 *
 * Any thread may call it; the first one wins.  A guest that ended in whatever
 * way has still delivered what it wrote before.
 */
_Noreturn void vm_finish(struct vm *vm, enum end end, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * vm_ask() - an ioctl that KVM may refuse: returns its result, -EINVAL, -ENXIO or -E2BIG
 * as api.rst has them, or the -EPERM of an interrupt that nobody takes.  Any other error
 * is the host's trouble, and nothing that a guest should observe.
 */
int vm_ask(struct vm *vm, int fd, unsigned long request, const char *name, void *argument);
#define VM_ASK(vm, fd, request, argument) \
	vm_ask(vm, fd, request, #request, (void *)(argument))

/*
 * vm_refused() - what vm_ask() returns for ioctl @name that has failed with errno; does not
 * return if that is the host's trouble.
 */
int vm_refused(struct vm *vm, const char *name);

/* vm_ioctl() - an ioctl that has to work; returns its result. */
int vm_ioctl(struct vm *vm, int fd, unsigned long request, const char *name, void *argument);
#define VM_IOCTL(vm, fd, request, argument) \
	vm_ioctl(vm, fd, request, #request, (void *)(argument))

/* vm_enable() - the capabilities of the variant, of the VM's file or of a vCPU's. */
void vm_enable(struct vm *vm, int fd, bool of_vcpu);

/* vm_trace() - a line on stderr, with --trace. */
void vm_trace(const struct vm *vm, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
