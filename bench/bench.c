// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast is the whole run, against the least that KVM asks for?
 *
 *	bench RUNS HARNESS CASES EXPECTED
 *
 * The floor: one process that for every variant creates a VM of the same shape,
 * enters it once and closes it, one after the other.  Runs of both alternate,
 * so that a noisy machine is noisy for both; medians count.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "run/suite.h"

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

/* Real mode, at 0: OUT to a port, which exits. */
static void enter_once(int vm, int vcpu, size_t run_size)
{
	static const uint8_t out[] = { 0xe7, 0x99 };
	struct kvm_mp_state runnable = { KVM_MP_STATE_RUNNABLE };
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_END };
	struct kvm_regs regs = { .rflags = 2 };
	struct kvm_sregs sregs;
	void *memory = mmap(NULL, MEMORY_END, PROT_READ | PROT_WRITE,
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
	munmap(memory, MEMORY_END);
}

static void one_vm(int kvm, const struct vm_note *shape)
{
	int vm = try(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	size_t run_size = try(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
	int vcpus[MAX_CPUS];

	try(ioctl(vm, KVM_SET_TSS_ADDR, 0xfffbd000), "KVM_SET_TSS_ADDR");
	try(ioctl(vm, KVM_CREATE_IRQCHIP, 0), "KVM_CREATE_IRQCHIP");
	for (uint32_t i = 0; i < shape->vcpus; i++)
		vcpus[i] = try(ioctl(vm, KVM_CREATE_VCPU, (unsigned long)i), "KVM_CREATE_VCPU");
	enter_once(vm, vcpus[0], run_size);
	for (uint32_t i = 0; i < shape->vcpus; i++)
		close(vcpus[i]);
	close(vm);
}

static unsigned int floor_run(const struct suite *s)
{
	int kvm = try(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm");
	unsigned int vms = 0;

	for (size_t i = 0; i < s->nr_cases; i++) {
		for (size_t v = 0; v < s->cases[i].file.nr_variants; v++, vms++)
			one_vm(kvm, &s->cases[i].file.variants[v]);
	}
	close(kvm);
	return vms;
}

static void harness_run(const char *harness, const char *cases, const char *expected)
{
	pid_t pid = try(fork(), "fork");
	int status;

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execl(harness, harness, "--cases", cases, "--expected", expected, NULL);
		_exit(127);
	}
	try(waitpid(pid, &status, 0), "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
		fprintf(stderr, "bench: %s: status 0x%x\n", harness, status);
		exit(99);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	int runs = argc == 5 ? atoi(argv[1]) : 0;
	struct rusage usage;
	struct suite suite;
	unsigned int vms = 0;
	char *error;

	if (runs < 1) {
		fprintf(stderr, "usage: bench RUNS HARNESS CASES EXPECTED\n");
		return 99;
	}
	error = suite_read(&suite, argv[3]);
	if (error) {
		fprintf(stderr, "bench: %s\n", error);
		return 99;
	}

	double harness[runs], bare[runs];

	for (int i = 0; i < runs; i++) {
		double start = now();

		harness_run(argv[2], argv[3], argv[4]);
		harness[i] = now() - start;
		start = now();
		vms = floor_run(&suite);
		bare[i] = now() - start;
	}
	qsort(harness, runs, sizeof(*harness), by_value);
	qsort(bare, runs, sizeof(*bare), by_value);
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%u VMs, median of %d runs: harness %.0f ms, floor %.0f ms, ratio %.2f; "
	       "resident at most %ld MiB, guest memory included\n", vms, runs,
	       harness[runs / 2], bare[runs / 2], harness[runs / 2] / bare[runs / 2],
	       usage.ru_maxrss / 1024);
	suite_free(&suite);
	return 0;
}
