// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compare the time of a whole run with the least that KVM needs.
 *
 *	bench RUNS HARNESS CASES EXPECTED BENCH
 *
 * The floor is one process that, for each variant in turn, creates a VM of the
 * same shape, enters it once and closes it.  Runs of both alternate, so that
 * noise affects both; the results are medians.  BENCH is the directory of
 * vcpus.elf.  bench/plot.gp reads the output.
 */
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "protocol.h"
#include "run/suite.h"

#define FLOOR_VCPUS	1024	/* at most */
#define MAX_ARGUMENTS	128
#define MAX_RUNS	999

static const char *harness, *cases, *expected;
static int kvm;

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

/*
 * Do the least that KVM needs: create a VM with this many vCPUs, enter its first vCPU
 * once, and close it.  Any error ends the program.
 */
static void floor_vm(int kvm, unsigned int nr_vcpus)
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

static int floor_open(void)
{
	struct rlimit files;

	/* One file descriptor per vCPU. */
	if (!getrlimit(RLIMIT_NOFILE, &files)) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	return try(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm");
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

static double median(double *list, int nr)
{
	qsort(list, nr, sizeof(*list), by_value);
	return list[nr / 2];
}

/* Run the harness and discard its output. Return milliseconds. */
static double time_harness(char *const argv[])
{
	double start = now();
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execv(harness, argv);
		_exit(127);
	}
	/* 77: this host shows nothing of the case; without a KVM, floor_open() has failed */
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ||
	    (WEXITSTATUS(status) > 1 && WEXITSTATUS(status) != 77)) {
		fprintf(stderr, "bench: %s %s did not run\n", harness, argv[1]);
		exit(99);
	}
	return now() - start;
}

static double time_floor(const struct suite_case *list, size_t nr)
{
	double start = now();

	for (size_t i = 0; i < nr; i++) {
		for (size_t v = 0; v < list[i].file.nr_variants; v++)
			floor_vm(kvm, list[i].file.variants[v].vcpus);
	}
	return now() - start;
}

struct cost {
	double harness, floor;		/* ms */
};

/* Measure a run of these cases only. */
static struct cost cost_of(const struct suite_case *list, size_t nr, int runs)
{
	char *argv[MAX_ARGUMENTS] = { "kvm-errata", "--cases", (char *)cases, "--expected", (char *)expected };
	double of_harness[MAX_RUNS] = {}, of_floor[MAX_RUNS] = {};

	for (size_t i = 0; i < nr && i + 6 < MAX_ARGUMENTS; i++)
		argv[5 + i] = (char *)list[i].file.name;
	for (int i = 0; i < runs; i++) {
		of_harness[i] = time_harness(argv);
		of_floor[i] = time_floor(list, nr);
	}
	return (struct cost) { median(of_harness, runs), median(of_floor, runs) };
}

static size_t vms_of(const struct suite_case *list, size_t nr)
{
	size_t vms = 0;

	for (size_t i = 0; i < nr; i++)
		vms += list[i].file.nr_variants;
	return vms;
}

static struct cost bench_whole(const struct suite *s, int runs)
{
	struct cost cost = cost_of(s->cases, s->nr_cases, runs);
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	printf("# %zu VMs, median of %d runs: harness %.0f ms, floor %.0f ms, ratio %.2f; "
	       "resident at most %ld MiB, guest memory included\n", vms_of(s->cases, s->nr_cases),
	       runs, cost.harness, cost.floor, cost.harness / cost.floor, usage.ru_maxrss / 1024);
	return cost;
}

/* Measure the part that does not need KVM: judging a record and printing the results. */
static void bench_share(struct cost whole, int runs)
{
	char record[] = "/tmp/kvm-errata-bench.XXXXXX";
	char *run[] = { "kvm-errata", "run", "--cases", (char *)cases, "--record", record, NULL };
	char *judge[] = { "kvm-errata", "judge", "--expected", (char *)expected, record, NULL };
	double list[MAX_RUNS] = {}, ms;

	close(mkstemp(record));
	time_harness(run);
	for (int i = 0; i < runs; i++)
		list[i] = time_harness(judge);
	unlink(record);
	ms = median(list, runs);
	printf("# judging and printing: %.0f ms, %.1f %% of the run\n", ms, 100 * ms / whole.harness);
}

static void bench_by_case(const struct suite *s, int runs)
{
	printf("\n\n# case\tVMs\tharness ms\tfloor ms\n");
	for (size_t i = 0; i < s->nr_cases; i++) {
		struct cost cost = cost_of(&s->cases[i], 1, runs);

		printf("%s\t%zu\t%.1f\t%.1f\n", s->cases[i].file.name, vms_of(&s->cases[i], 1),
		       cost.harness, cost.floor);
	}
}

static void bench_by_cases(const struct suite *s, int runs)
{
	printf("\n\n# cases\tVMs\tharness ms\tfloor ms\n");
	for (size_t n = 1; n; n = n == s->nr_cases ? 0 : 2 * n < s->nr_cases ? 2 * n : s->nr_cases) {
		struct cost cost = cost_of(s->cases, n, runs);

		printf("%zu\t%zu\t%.1f\t%.1f\n", n, vms_of(s->cases, n), cost.harness, cost.floor);
	}
}

static void bench_by_vcpus(const char *bench, int runs)
{
	static const unsigned int numbers[] = { 1, 8, 64, 300, MAX_CPUS, FLOOR_VCPUS };
	double list[MAX_RUNS] = {}, floors[MAX_RUNS] = {};

	printf("\n\n# vCPUs\tharness ms\tfloor ms\n");
	for (size_t n = 0; n < sizeof(numbers) / sizeof(*numbers); n++) {
		char variant[32];
		char *run[] = { "kvm-errata", "run", "--cases", (char *)bench, "--record", "/dev/null",
				variant, NULL };

		snprintf(variant, sizeof(variant), "vcpus.%u", numbers[n]);
		for (int i = 0; i < runs; i++) {
			double start;

			list[i] = numbers[n] <= MAX_CPUS ? time_harness(run) : 0;
			start = now();
			floor_vm(kvm, numbers[n]);
			floors[i] = now() - start;
		}
		if (numbers[n] <= MAX_CPUS)
			printf("%u\t%.1f\t%.1f\n", numbers[n], median(list, runs), median(floors, runs));
		else
			printf("%u\t-\t%.1f\n", numbers[n], median(floors, runs));
	}
}

int main(int argc, char **argv)
{
	int runs = argc == 6 ? atoi(argv[1]) : 0, few = (runs + 3) / 4;
	struct suite suite;
	char *error;

	if (runs < 1 || runs > MAX_RUNS) {
		fprintf(stderr, "usage: bench RUNS HARNESS CASES EXPECTED BENCH\n");
		return 99;
	}
	harness = argv[2];
	cases = argv[3];
	expected = argv[4];
	kvm = floor_open();
	setvbuf(stdout, NULL, _IOLBF, 0);
	error = suite_read(&suite, cases);
	if (error) {
		fprintf(stderr, "bench: %s\n", error);
		return 99;
	}
	bench_share(bench_whole(&suite, runs), few);
	bench_by_case(&suite, few);
	bench_by_cases(&suite, few);
	bench_by_vcpus(argv[5], few);
	suite_free(&suite);
	return 0;
}
