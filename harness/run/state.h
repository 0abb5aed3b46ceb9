/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of a VM: the ioctls that make it again, in their order.
 */
#ifndef RUN_STATE_H
#define RUN_STATE_H

#include "run/vcpu.h"

/* An ioctl with its structure, or without one and with a value. */
struct call {
	const char *name;		/* KVM_SET_... */
	unsigned long request;
	size_t size;			/* of the structure; 0: @value is the argument */
	void *structure;		/* allocated */
	unsigned long value;
};

struct state {
	struct call *calls;
	size_t nr;
};

/* state_add() - append a copy of an ioctl. */
void state_add(struct state *s, const char *name, unsigned long request, const void *structure,
	       size_t size, unsigned long value);

/* state_remove() - remove the ioctl with index @i. */
void state_remove(struct state *s, size_t i);

void state_free(struct state *s);

/*
 * state_of_vcpu() - read all that KVM has ioctls for from a vCPU that does not run, after
 * vcpu_complete_exit().  state_of_vm() - the same for the irqchip and the clock of the VM.
 */
struct state state_of_vcpu(struct vcpu *v);
struct state state_of_vm(struct vm *vm);

/*
 * state_set() - do these ioctls on @fd, of the VM or of a vCPU, @who.  If KVM refuses an MSR,
 * whose value it has returned, note this in the report, and set the others; if it refuses another
 * ioctl, end the VM.
 */
void state_set(struct vm *vm, int fd, const char *who, const struct state *s);

#endif
