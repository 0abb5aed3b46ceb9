/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A saved VM as a file, DIRECTORY/CASE.VARIANT.state: --save and --restore.  All numbers are
 * little-endian.
 *
 *	struct saved_head
 *	any number of: struct saved_item, and its @size bytes
 *	uint64_t, the checksum of all bytes above it (FNV-1a)
 */
#ifndef RUN_SAVED_H
#define RUN_SAVED_H

#include "run/state.h"

#define SAVED_MAGIC	"kvm-errata state"
#define SAVED_VERSION	1
#define SAVED_LIMIT	(16 << 20)	/* bytes of a file */

struct saved_head {
	char magic[16];
	uint32_t version;
	uint32_t nr_vcpus;		/* created so far */
	uint64_t size;			/* of the file */
	uint64_t image;			/* checksum of the payload's image */
	uint64_t tsc;			/* of the host, when the VM was saved */
	char vendor[8], kernel[64], variant[64];	/* NUL-terminated */
};

enum saved_kind {
	SAVED_CONFIG,			/* an ioctl by which the guest's host calls configured the VM */
	SAVED_VM,			/* an ioctl of the VM */
	SAVED_VCPU,			/* an ioctl of vCPU @vcpu */
	SAVED_MEMORY,			/* a page of guest memory: @value is its address */
	SAVED_VMM,			/* what the VMM knows of vCPU @vcpu: struct saved_vmm */
	NR_SAVED_KINDS
};

struct saved_item {
	uint32_t kind, vcpu;
	uint64_t request;		/* of the ioctl */
	uint64_t value;			/* its argument, if it has no structure */
	uint64_t size;			/* of what follows */
};

struct saved_vmm {
	struct vmm_exit seen;
	uint64_t answer;
	uint64_t injected;
};

/* A saved VM that has been read. */
struct saved {
	const struct saved_head *head;
	const uint8_t *items, *end;
};

/* saved_checksum() - return the checksum of @size bytes, FNV-1a of 64 bits. */
uint64_t saved_checksum(const void *bytes, size_t size);

/*
 * saved_parse() - check @size bytes, which anybody may have written: the file is whole, and each
 * item is of a known kind and has the size that its ioctl needs.  Return NULL, or what is wrong,
 * which the caller frees.
 */
char *saved_parse(struct saved *s, const uint8_t *bytes, size_t size);

/*
 * saved_kernel() - return the kernel that has saved a VM in @directory, which the caller frees; or
 * NULL, with an error that the caller frees.
 */
char *saved_kernel(const char *directory, char **error);

/* saved_write() - save @vm, whose vCPUs do not run, in @directory; end the VM if that fails. */
void saved_write(struct vm *vm, const char *directory);

/*
 * saved_restore() - give @vm, which vm_create() has just created, the state that is saved in
 * @directory.  End the VM with END_LACKS if nothing is, and with END_SETUP if it is of another
 * variant, payload or vendor.
 */
void saved_restore(struct vm *vm, const char *directory);

/*
 * saved_skip_older() - make SKIPs of what the guest had observed before it was saved: that says
 * nothing about this KVM.
 */
void saved_skip_older(const struct vm *vm, struct report *r);

#endif
