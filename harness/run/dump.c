// SPDX-License-Identifier: GPL-2.0-only
#include "run/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text.h"

#define DR7_RESERVED		(1ull << 63)

#define MAX_RECORD		8192	/* CONSOLE_EXT_LOG_MAX */

/* Return the kernel's log from the position of @log to its end, as one string. */
static char *log_read(int log)
{
	char *all = NULL;
	size_t size = 0;

	for (;;) {
		ssize_t n;

		all = xrealloc(all, size + MAX_RECORD + 1);
		n = read(log, all + size, MAX_RECORD);
		if (n > 0)
			size += n;
		else if (n == 0 || (errno != EINTR && errno != EPIPE))
			break;
	}
	all[size] = '\0';
	return all;
}

/* Make the CPU refuse a VM entry. */
static void fail_entry(struct vcpu *v)
{
	struct kvm_guest_debug debug = {
		.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW_BP,
		.arch.debugreg[7] = DR7_RESERVED,
	};
	struct kvm_regs regs;
	int r;

	VM_IOCTL(v->vm, v->fd, KVM_GET_REGS, &regs);
	VM_IOCTL(v->vm, v->fd, KVM_SET_GUEST_DEBUG, &debug);
	do {
		vcpu_set_immediate_exit(v, 0);	/* another vCPU's host call may have kicked this one */
		r = ioctl(v->fd, KVM_RUN, 0);
	} while (r && (errno == EINTR || errno == EAGAIN) && !v->vm->expired);
	if (r || v->run->exit_reason != KVM_EXIT_FAIL_ENTRY)
		vm_finish(v->vm, END_SETUP, "VM entry with DR7[63] set does not fail: exit %u",
			  v->run->exit_reason);
	debug = (struct kvm_guest_debug) {};
	VM_IOCTL(v->vm, v->fd, KVM_SET_GUEST_DEBUG, &debug);
	/* QEMU leaves a wrong RIP. */
	VM_IOCTL(v->vm, v->fd, KVM_SET_REGS, &regs);
}

/*
 * @parameter applies to the whole host: lock it, set it, and restore it at once.
 * The kernel's log then has the dump of this vCPU, perhaps mixed with the dump of
 * another VM that failed to enter meanwhile.
 */
static char *fail_and_log(struct vcpu *v, const char *parameter, int log)
{
	int fd = open(parameter, O_RDWR | O_CLOEXEC);
	char before, *all;

	if (fd < 0 || flock(fd, LOCK_EX) || read(fd, &before, 1) != 1 ||
	    pwrite(fd, "Y", 1, 0) != 1) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	lseek(log, 0, SEEK_END);
	fail_entry(v);
	if (pwrite(fd, &before, 1, 0) != 1)
		vm_finish(v->vm, END_SETUP, "%s: cannot restore %c: %s", parameter, before,
			  strerror(errno));
	all = log_read(log);
	close(fd);
	return all;
}

static const struct {
	const char *vendor, *file;
} parameters[] = {
	{ "amd", "/sys/module/kvm_amd/parameters/dump_invalid_vmcb" },
	{ "intel", "/sys/module/kvm_intel/parameters/dump_invalid_vmcs" },
};

/* Return the parameter that makes this KVM print dumps, or NULL. */
static const char *parameter_of(const struct host *host)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
		if (facts_is(&host->facts, "vendor", parameters[i].vendor))
			return parameters[i].file;
	}
	return NULL;
}

bool dump_is_known(const struct host *host)
{
	return parameter_of(host) != NULL;
}

/*
 * The guard process: read() returns 0 when the last process that could have set
 * the parameter has exited; then restore the parameter.  Close all other files,
 * because another process may wait for end of file on a pipe.
 */
static _Noreturn void guard(int parameter, int alive, char before)
{
	char byte;

	setsid();
	dup2(parameter, 0);
	dup2(alive, 1);
	close_range(2, ~0u, 0);
	while (read(1, &byte, 1) < 0 && errno == EINTR)
		;
	flock(0, LOCK_EX);
	_exit(pwrite(0, &before, 1, 0) != 1);
}

static int guarded = -1;		/* the write end of the guard's pipe */
static pid_t guardian;

void dump_guard(const struct host *host)
{
	const char *parameter = parameter_of(host);
	int fd = parameter ? open(parameter, O_RDWR | O_CLOEXEC) : -1, alive[2];
	char before;

	if (fd < 0)
		return;
	if (read(fd, &before, 1) == 1 && !pipe2(alive, O_CLOEXEC)) {
		guardian = fork();
		if (guardian == 0)
			guard(fd, alive[0], before);
		close(alive[0]);
		guarded = alive[1];
	}
	close(fd);
}

void dump_unguard(void)
{
	if (guarded < 0)
		return;
	close(guarded);
	guarded = -1;
	if (guardian > 0)
		waitpid(guardian, NULL, 0);
}

int dump_vcpu(struct vcpu *v, struct dump *d, char **why)
{
	const struct host *host = v->vm->host;
	const char *parameter = parameter_of(host);
	int fd = parameter ? open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1, r = -EPERM;
	char *log;

	if (fd < 0) {
		*why = text("/dev/kmsg: %s (root may read it)", strerror(errno));
		return -EPERM;
	}
	log = fail_and_log(v, parameter, fd);
	if (log) {
		r = dump_parse(&host->facts, log, d);
		if (r == -EPERM)
			*why = text("the kernel's log shows no whole dump of the vCPU");
	} else {
		*why = text("%s: %s (root may write it)", parameter, strerror(errno));
	}
	free(log);
	close(fd);
	return r;
}
