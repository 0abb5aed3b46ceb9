// SPDX-License-Identifier: GPL-2.0-only
/*
 * A KVM that fails on demand: LD_PRELOAD this between the harness and the kernel, with
 * DEFECT=NAME.  It is the suite's only mock.  A KVM that behaves wrongly to a guest is a
 * mutant: tests/mutants.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static long kernel_ioctl(int fd, unsigned long request, void *argument)
{
	return syscall(SYS_ioctl, fd, request, argument);
}

static int failed(int error)
{
	errno = error;
	return -1;
}

/* A defect handles @request in place of the kernel. */
struct defect {
	const char *name;
	unsigned long request;
	long (*ioctl)(int fd, unsigned long request, void *argument);
};

static long no_memory(int fd, unsigned long request, void *argument)
{
	(void)fd, (void)request, (void)argument;
	return failed(ENOMEM);
}

/* Ignore signals in KVM_RUN, as an endless loop in the kernel would. */
static long never_return(int fd, unsigned long request, void *argument)
{
	(void)fd, (void)request, (void)argument;
	while (true)
		pause();
	return 0;
}

static long die(int fd, unsigned long request, void *argument)
{
	(void)fd, (void)request, (void)argument;
	raise(SIGKILL);
	return 0;
}

/* Accept KVM_CAP_DISABLE_QUIRKS2, and do nothing. */
static long swallow_quirks(int fd, unsigned long request, void *argument)
{
	const struct kvm_enable_cap *enable = argument;

	return enable->cap == KVM_CAP_DISABLE_QUIRKS2 ? 0 : kernel_ioctl(fd, request, argument);
}

/* Claim that every quirk can be disabled. */
static long offer_quirks(int fd, unsigned long request, void *argument)
{
	long cap = (long)argument;

	return cap == KVM_CAP_DISABLE_QUIRKS2 ? INT_MAX : kernel_ioctl(fd, request, argument);
}

/* Refuse a vCPU id of 255 or more in KVM_CREATE_VCPU. */
static long refuse_far(int fd, unsigned long request, void *argument)
{
	return (long)argument >= 255 ? failed(EINVAL) : kernel_ioctl(fd, request, argument);
}

/* Return from KVM_RUN with an exit that did not happen. */
static long forge(uint32_t reason, uint32_t suberror, int fd)
{
	struct kvm_run *run = mmap(NULL, sizeof(*run), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (run == MAP_FAILED)
		return -1;
	run->exit_reason = reason;
	run->fail_entry.hardware_entry_failure_reason = 0x21;
	if (reason == KVM_EXIT_INTERNAL_ERROR) {
		run->internal.suberror = suberror;
		run->internal.ndata = 0;
	}
	munmap(run, sizeof(*run));
	return 0;
}

static long forge_fail_entry(int fd, unsigned long request, void *argument)
{
	(void)request, (void)argument;
	return forge(KVM_EXIT_FAIL_ENTRY, 0, fd);
}

static long forge_hlt(int fd, unsigned long request, void *argument)
{
	(void)request, (void)argument;
	return forge(KVM_EXIT_HLT, 0, fd);
}

static long forge_unknown(int fd, unsigned long request, void *argument)
{
	(void)request, (void)argument;
	return forge(0x1234, 0, fd);
}

static long forge_emulation(int fd, unsigned long request, void *argument)
{
	(void)request, (void)argument;
	return forge(KVM_EXIT_INTERNAL_ERROR, KVM_INTERNAL_ERROR_EMULATION, fd);
}

static long forge_delivery(int fd, unsigned long request, void *argument)
{
	(void)request, (void)argument;
	return forge(KVM_EXIT_INTERNAL_ERROR, KVM_INTERNAL_ERROR_DELIVERY_EV, fd);
}

/* Forge one KVM_EXIT_INTR, then run the guest. */
static long forge_intr(int fd, unsigned long request, void *argument)
{
	static bool once;

	if (once)
		return kernel_ioctl(fd, request, argument);
	once = true;
	return forge(KVM_EXIT_INTR, 0, fd);
}

static const struct defect defects[] = {
	{ "forge-fail-entry", KVM_RUN, forge_fail_entry },
	{ "forge-hlt", KVM_RUN, forge_hlt },
	{ "forge-unknown", KVM_RUN, forge_unknown },
	{ "forge-emulation", KVM_RUN, forge_emulation },
	{ "forge-delivery", KVM_RUN, forge_delivery },
	{ "forge-intr", KVM_RUN, forge_intr },
	{ "claim-quirks", KVM_CHECK_EXTENSION, offer_quirks },
	{ "claim-quirks", KVM_ENABLE_CAP, swallow_quirks },	/* but disable none */
	{ "no-vm", KVM_CREATE_VM, no_memory },
	{ "no-vcpu", KVM_CREATE_VCPU, no_memory },
	{ "no-255th-vcpu", KVM_CREATE_VCPU, refuse_far },
	{ "stuck", KVM_RUN, never_return },
	{ "die", KVM_RUN, die },
};

static bool is_seeded(const char *name)
{
	const char *seeded = getenv("DEFECT");

	return seeded && !strcmp(seeded, name);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *argument;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	for (size_t i = 0; i < sizeof(defects) / sizeof(*defects); i++) {
		if (defects[i].request == request && is_seeded(defects[i].name))
			return defects[i].ioctl(fd, request, argument);
	}
	return kernel_ioctl(fd, request, argument);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (!strcmp(path, "/dev/kvm") && is_seeded("no-kvm"))
		return failed(ENOENT);
	if (!strcmp(path, "/dev/kvm") && is_seeded("no-permission"))
		return failed(EACCES);
	return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
