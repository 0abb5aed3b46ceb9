// SPDX-License-Identifier: GPL-2.0-only
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "protocol.h"

static void die(const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(99);
}

static int try(int result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

/* Run OUT in real mode at address 0, which exits. */
static void enter_once(int vm, int vcpu, size_t run_size)
{
	static const uint8_t out[] = { 0xe7, 0x99 };
	struct kvm_mp_state runnable = { KVM_MP_STATE_RUNNABLE };
	struct kvm_userspace_memory_region region = { .memory_size = PAGE_END };
	struct kvm_regs regs = { .rflags = 2 };
	struct kvm_sregs sregs;
	void *memory = mmap(NULL, PAGE_END, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct kvm_run *run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);

	if (memory == MAP_FAILED || run == MAP_FAILED)
		die("mmap");
	memcpy(memory, out, sizeof(out));
	region.userspace_addr = (uintptr_t)memory;
	try(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
	try(ioctl(vcpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	sregs.cs.base = sregs.cs.selector = 0;
	try(ioctl(vcpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	try(ioctl(vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
	try(ioctl(vcpu, KVM_SET_MP_STATE, &runnable), "KVM_SET_MP_STATE");
	while (ioctl(vcpu, KVM_RUN, 0) < 0) {
		if (errno != EINTR && errno != EAGAIN)
			die("KVM_RUN");
	}
	munmap(run, run_size);
	munmap(memory, PAGE_END);
}

void floor_vm(int kvm, unsigned int nr_vcpus)
{
	int vm = try(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	size_t run_size = try(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
	int vcpus[FLOOR_VCPUS] = {};

	try(ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000), "KVM_SET_TSS_ADDR");
	try(ioctl(vm, KVM_CREATE_IRQCHIP, 0), "KVM_CREATE_IRQCHIP");
	for (unsigned int i = 0; i < nr_vcpus; i++)
		vcpus[i] = try(ioctl(vm, KVM_CREATE_VCPU, (unsigned long)i), "KVM_CREATE_VCPU");
	enter_once(vm, vcpus[0], run_size);
	for (unsigned int i = 0; i < nr_vcpus; i++)
		close(vcpus[i]);
	close(vm);
}

int floor_open(void)
{
	struct rlimit files;

	/* One file descriptor per vCPU. */
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	return try(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm");
}
