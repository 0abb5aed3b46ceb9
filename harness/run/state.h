/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of a VM: the ioctls that make it again, in their order.
 */
#ifndef RUN_STATE_H
#define RUN_STATE_H

#include "run/vcpu.h"

#define MAX_MSRS	512		/* of one KVM_SET_MSRS */

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
 * state_describe() - append "KVM_SET_CPUID2 34 KVM_SET_TSC_KHZ" to the string @words of at most @size
 * bytes: the ioctls, each series of the same once, and how many entries a list has.
 */
void state_describe(const struct state *s, char *words, size_t size);

/* What an ioctl belongs to: what a guest's host calls configured, the rest of the VM, or a vCPU. */
enum state_of {
	STATE_OF_CONFIG,
	STATE_OF_VM,
	STATE_OF_VCPU,
};

/*
 * state_fits() - for a state that was saved, by this or another host: return whether @request is an
 * ioctl that belongs to @of, and @size is that of its structure at @bytes, with all that it counts.
 */
bool state_fits(enum state_of of, unsigned long request, const uint8_t *bytes, size_t size);

/*
 * state_add_saved() - append such an ioctl, with pointers to the memory of @vm.  A TSC offset changes by
 * @tsc, because another host has another TSC.
 */
void state_add_saved(struct vm *vm, struct state *s, unsigned long request, const uint8_t *bytes,
		     size_t size, unsigned long value, uint64_t tsc);

#define MSR_RANGE_BITS	0x3000		/* the longest: KVM_MSR_FILTER_MAX_BITMAP_SIZE */
#define MAX_STRUCTURE	(256 << 10)	/* bytes of any ioctl's structure */

/* state_bitmap_size() - return the size of the bitmap of a range of @nmsrs MSRs in an MSR filter. */
size_t state_bitmap_size(uint32_t nmsrs);

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
