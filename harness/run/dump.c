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

#include "record/hypervisor.h"
#include "text.h"

#define DR7_RESERVED		(1ull << 63)
#define NESTED_CTL_NP		1
#define EPTP_WALK_LENGTH(eptp)	(((eptp) >> 3 & 7) + 1)
#define SHADOW_LEVELS		4	/* as the guest's own tables have */

#define MAX_RECORD		8192	/* CONSOLE_EXT_LOG_MAX */

/* log_read() - all of the kernel's log since @log was opened, as one string. */
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

/* The number behind the first word @name in @log, which is a hexadecimal one. */
static bool find(const char *log, const char *name, uint64_t *value)
{
	const char *p = log, *start;
	char *end;

	while ((p = strstr(p, name))) {
		bool is_word = p == log || strchr(" \n;", p[-1]);

		p += strlen(name);
		if (!is_word)
			continue;
		start = p + strspn(p, " =");
		*value = strtoull(start, &end, 16);
		if (end > start)
			return true;
	}
	return false;
}

/* The kernel's own tables have five levels where it says that it has la57; read once. */
static unsigned int host_levels(void)
{
	static unsigned int levels;
	char line[8192] = "";
	FILE *f;

	if (levels)
		return levels;
	f = fopen("/proc/cpuinfo", "re");
	while (f && fgets(line, sizeof(line), f) && strncmp(line, "flags", strlen("flags")))
		;
	levels = strstr(line, " la57") ? 5 : 4;
	if (f)
		fclose(f);
	return levels;
}

/* svm.c dump_vmcb(): nested_ctl has become misc_ctl in 7.1.  QEMU has moved EVENTINJ to EXITINTINFO when it refuses a VMCB. */
static bool parse_vmcb(const struct host *host, const char *log, struct dump *d)
{
	const char *event_name = hypervisor_emulates(&host->facts) ? "exit_int_info:" : "event_inj:";
	uint64_t nested, event;

	if ((!find(log, "nested_ctl:", &nested) && !find(log, "misc_ctl:", &nested)) ||
	    !find(log, event_name, &event) || !find(log, "cr0:", &d->cr0) || !find(log, "gpat:", &d->pat))
		return false;
	d->event = event;
	if (nested & NESTED_CTL_NP) {
		d->paging = PAGING_NPT;
		d->levels = host_levels();
		return find(log, "nested_cr3:", &d->root);
	}
	d->paging = PAGING_SHADOW;
	d->levels = SHADOW_LEVELS;
	d->pat = LINUX_PAT;
	return find(log, "cr3:", &d->root);
}

/* vmx.c dump_vmcs() */
static bool parse_vmcs(const struct host *host, const char *log, struct dump *d)
{
	uint64_t event;

	(void)host;
	if (!find(log, "intr_info=", &event) || !find(log, "CR0: actual", &d->cr0))
		return false;
	d->event = event;
	if (!find(log, "PAT", &d->pat))
		d->pat = LINUX_PAT;
	if (find(log, "EPT pointer", &d->root)) {
		d->paging = PAGING_EPT;
		d->levels = EPTP_WALK_LENGTH(d->root);
		return true;
	}
	d->paging = PAGING_SHADOW;
	d->levels = SHADOW_LEVELS;
	return find(log, "CR3", &d->root);
}

/* Enter the guest, which the CPU refuses. */
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
		r = ioctl(v->fd, KVM_RUN, 0);
	} while (r && (errno == EINTR || errno == EAGAIN) && !v->vm->expired);
	if (r || v->run->exit_reason != KVM_EXIT_FAIL_ENTRY)
		vm_finish(v->vm, END_SETUP, "an entry with DR7[63] set is not refused: exit %u",
			  v->run->exit_reason);
	debug = (struct kvm_guest_debug) {};
	VM_IOCTL(v->vm, v->fd, KVM_SET_GUEST_DEBUG, &debug);
	/* QEMU's RIP is wrong now. */
	VM_IOCTL(v->vm, v->fd, KVM_SET_REGS, &regs);
}

/*
 * @parameter is the host's and set for one run at a time, which sets it back at
 * once.  What is in the kernel's log then is this vCPU's - unless another VM has
 * failed to enter meanwhile, whose lines may lie between.
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
		vm_finish(v->vm, END_SETUP, "%s: it was %c: %s", parameter, before, strerror(errno));
	all = log_read(log);
	close(fd);
	return all;
}

static const struct vendor {
	const char *name, *parameter;
	bool (*parse)(const struct host *host, const char *log, struct dump *d);
} vendors[] = {
	{ "amd", "/sys/module/kvm_amd/parameters/dump_invalid_vmcb", parse_vmcb },
	{ "intel", "/sys/module/kvm_intel/parameters/dump_invalid_vmcs", parse_vmcs },
};

static const struct vendor *vendor_of(const struct host *host)
{
	for (size_t i = 0; i < sizeof(vendors) / sizeof(*vendors); i++) {
		if (facts_is(&host->facts, "vendor", vendors[i].name))
			return &vendors[i];
	}
	return NULL;
}

bool dump_is_known(const struct host *host)
{
	return vendor_of(host) != NULL;
}

/*
 * The guard: the pipe ends when the last process has gone that could have set it.
 * It holds no other file open, on which someone else may wait.
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

static int guarded = -1;		/* this end of the pipe */
static pid_t guardian;

void dump_guard(const struct host *host)
{
	const struct vendor *vendor = vendor_of(host);
	int fd = vendor ? open(vendor->parameter, O_RDWR | O_CLOEXEC) : -1, alive[2];
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

/* parse_log() - 0, or -EAGAIN where another VM's dump is there, too; or *@why. */
static int parse_log(const struct vendor *vendor, const struct host *host, const char *log,
		     struct dump *d, char **why)
{
	const char *first = strstr(log, "last attempted");

	if (first && strstr(first + 1, "last attempted"))
		return -EAGAIN;
	if (first && vendor->parse(host, first, d))
		return 0;
	*why = text("the kernel's log shows no whole dump of the vCPU");
	return -EPERM;
}

int dump_vcpu(struct vcpu *v, struct dump *d, char **why)
{
	const struct vendor *vendor = vendor_of(v->vm->host);
	int fd = vendor ? open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1, r = -EPERM;
	char *log;

	if (fd < 0) {
		*why = text("/dev/kmsg: %s (root may read it)", strerror(errno));
		return -EPERM;
	}
	log = fail_and_log(v, vendor->parameter, fd);
	if (log)
		r = parse_log(vendor, v->vm->host, log, d, why);
	else
		*why = text("%s: %s (root may write it)", vendor->parameter, strerror(errno));
	free(log);
	close(fd);
	return r;
}
