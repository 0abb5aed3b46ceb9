/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VM of one variant.  It has a process of its own (worker.c), so any failure
 * just ends that process: vm_finish() reports it.
 */
#ifndef RUN_VM_H
#define RUN_VM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>
#include <linux/kvm.h>

#include "run/case.h"
#include "run/host.h"
#include "run/move.h"
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
	atomic_bool started;		/* its thread exists */
	atomic_uint paused;		/* another vCPU's host call uses the vCPU's file */
	unsigned int wakes;		/* the VM's wakes at the last vcpu_wait() */
	bool parked;			/* it waits for a move to end */
	bool injected;			/* a host call has injected an exception */
	uint64_t vmm_answer;		/* the @value of HOST_VMM_EXIT */
	struct vmm_exit seen;		/* the last exit, for HOST_VMM_EXIT */
};

struct vm {
	const struct host *host;
	const struct case_file *c;
	const struct vm_note *note;
	struct report *report;
	int done;			/* written to when the report is complete */
	bool trace;
	bool inspect;			/* --inspect: HOST_INSPECT_... is allowed */
	unsigned int limit_ms;
	unsigned long start_ms;
	int fd;
	atomic_int other_fd;		/* the VM of HOST_CREATE_VM, or -1 */
	uint8_t *memory;		/* guest physical 0 to MEMORY_END */
	atomic_int userfaultfd;		/* 0: none yet */
	atomic_int eventfd;		/* of KVM_IOEVENTFD; 0: none yet */
	struct vcpu *vcpus;
	atomic_uint nr_vcpus;		/* created so far */
	atomic_bool expired;		/* the time limit has passed */
	pthread_mutex_t waiting;	/* protects wakes */
	pthread_cond_t woken;
	unsigned int wakes;		/* number of RING_WAKEs */
	struct mover *mover;		/* NULL: the VM never moves */
	atomic_bool stays;		/* it cannot be saved: its guest depends on this host */
	const char *restore;		/* directory of the state to begin from; NULL */
	uint32_t restored_lines;	/* how many entries of the mailbox are older than the VM */
};

/* vm_create() - create the VM, its memory, irqchip, and vCPUs with their registers. */
void vm_create(struct vm *vm);

/*
 * vm_create_with_memory() - create another VM with the same memory; return its file.
 *
 * vm_equip() - give it the irqchip and the capabilities.  KVM changes memory slots faster before: the
 * irqchip's I/O devices leave SRCU callbacks, for which 6.18 waits 8 ms.
 */
int vm_create_with_memory(struct vm *vm);
void vm_equip(struct vm *vm, int fd);

/* vm_mailbox() - return the payload's mailbox; the guest may write it at any time. */
struct mailbox *vm_mailbox(const struct vm *vm);

/*
 * vm_finish() - read the mailbox, complete the report and end the process.
 *
 * Any thread may call it; the first call wins.  The report has all that the guest
 * wrote into the mailbox, in whatever way the guest ended.
 */
_Noreturn void vm_finish(struct vm *vm, enum end end, const char *why, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * vm_ask() - do an ioctl that KVM may refuse; return its result, or -EINVAL, -ENXIO or -E2BIG
 * as in api.rst, or -EPERM for an interrupt that no vCPU takes.  Any other error is a failure
 * of the host, which no guest should observe, and ends the VM.
 */
int vm_ask(struct vm *vm, int fd, unsigned long request, const char *name, void *argument);
#define VM_ASK(vm, fd, request, argument) \
	vm_ask(vm, fd, request, #request, (void *)(argument))

/* vm_ioctl() - do an ioctl that must succeed; return its result. */
int vm_ioctl(struct vm *vm, int fd, unsigned long request, const char *name, void *argument);
#define VM_IOCTL(vm, fd, request, argument) \
	vm_ioctl(vm, fd, request, #request, (void *)(argument))

/* vm_create_irqchip() - create the irqchip of the VM @fd, this one or another. */
void vm_create_irqchip(struct vm *vm, int fd, enum irqchip irqchip);

/*
 * vm_may_not_enable() - whether no payload may enable @cap: its argument is an address of the
 * VMM, or it makes the host vulnerable.
 */
bool vm_may_not_enable(uint32_t cap);

/* vm_enable() - enable the variant's capabilities for the VM, or for the vCPU with file @fd. */
void vm_enable(struct vm *vm, int fd, bool of_vcpu);

/* vm_trace() - with --trace, print a line on stderr. */
void vm_trace(const struct vm *vm, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Return milliseconds of CLOCK_MONOTONIC. */
static inline unsigned long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif
