/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host call in progress: what host_call.c and ioctl.c share.
 */
#ifndef RUN_HOST_CALL_H
#define RUN_HOST_CALL_H

#include "run/mailbox.h"
#include "run/vcpu.h"

struct doing {
	struct vcpu *caller;
	struct vcpu *vcpu;		/* the target, or NULL */
	enum target target;
	int fd;
};

/* REFUSE() - end the VM with END_GARBAGE, because of a host call of @v. */
#define REFUSE(v, format, ...)								\
	vm_finish((v)->vm, END_GARBAGE, "host call of vCPU %u: " format, (v)->index, ##__VA_ARGS__)

/* guest_memory() - return the host address of @size bytes, which must be in [@start, @end). */
void *guest_memory(const struct doing *d, uint64_t address, uint64_t size, uint64_t start,
		   uint64_t end);

/* payload_memory() - the same for memory of the payload itself. */
void *payload_memory(const struct doing *d, uint64_t address, uint64_t size);

/*
 * kvm_ioctl() - ioctl.c: do an ioctl that is on the list; return what KVM returns, or -errno.
 * A structure that lies about its size, or points elsewhere, ends the VM with END_GARBAGE.
 */
int64_t kvm_ioctl(const struct doing *d, const struct step *s);

extern const char *const target_names[NR_TARGETS];

#endif
