// SPDX-License-Identifier: GPL-2.0-only
#include "run/vcpu.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run/vm.h"

#define PAGE_SIZE	4096
#define AWAIT_MS	3000
#define TICK_MS		50	/* how often to look at the VM's time limit */

static int open_userfaultfd(struct vm *vm)
{
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_THREAD_ID };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		vm_finish(vm, errno == EPERM || errno == ENOSYS ? END_LACKS : END_SETUP,
			  "absent guest memory needs userfaultfd(2): %s%s", strerror(errno),
			  errno == EPERM ? "; root may, others with sysctl "
					   "vm.unprivileged_userfaultfd=1" : "");
	if (ioctl(fd, UFFDIO_API, &api))
		vm_finish(vm, END_SETUP, "ioctl UFFDIO_API: %s", strerror(errno));
	return fd;
}

/* Return the host address of 4 KiB of the page under test, or NULL if @gpa is not in it. */
static uint8_t *page_at(const struct vm *vm, uint64_t gpa)
{
	if (gpa % PAGE_SIZE || gpa < PAGE_BASE || gpa >= PAGE_END)
		return NULL;
	return vm->memory + gpa;
}

int64_t userfault_take(struct vcpu *v, uint64_t gpa)
{
	static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
	uint8_t *page = page_at(v->vm, gpa);
	struct uffdio_register range = {
		.range = { (uintptr_t)page, PAGE_SIZE }, .mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	if (!page)
		return -EINVAL;
	pthread_mutex_lock(&once);
	if (!v->vm->userfaultfd)
		v->vm->userfaultfd = open_userfaultfd(v->vm);
	pthread_mutex_unlock(&once);
	if (ioctl(v->vm->userfaultfd, UFFDIO_REGISTER, &range) ||
	    madvise(page, PAGE_SIZE, MADV_DONTNEED))
		vm_finish(v->vm, END_SETUP, "userfaultfd(2) cannot make a page absent: %s",
			  strerror(errno));
	return 0;
}

/* A thread of this process is a vCPU in KVM_RUN; any other is a kworker, for a vCPU. */
static enum awaited who_waits(const struct uffd_msg *msg)
{
	bool ours = !syscall(SYS_tgkill, getpid(), msg->arg.pagefault.feat.ptid, 0);

	return ours ? AWAITED_BY_VCPU : AWAITED_FOR_VCPU;
}

int64_t userfault_await(struct vcpu *v, uint64_t gpa)
{
	uint8_t *page = page_at(v->vm, gpa);
	struct pollfd fault = { .fd = v->vm->userfaultfd, .events = POLLIN };
	unsigned long begin = now_ms();
	struct uffd_msg msg;

	if (!page || !fault.fd)
		return -EINVAL;
	while (now_ms() - begin < AWAIT_MS && !v->vm->expired) {
		poll(&fault, 1, TICK_MS);
		if (read(fault.fd, &msg, sizeof(msg)) == sizeof(msg) &&
		    msg.event == UFFD_EVENT_PAGEFAULT &&
		    msg.arg.pagefault.address / PAGE_SIZE == (uintptr_t)page / PAGE_SIZE)
			return who_waits(&msg);
	}
	return AWAITED_BY_NOBODY;
}

int64_t userfault_give(struct vcpu *v, uint64_t gpa, uint64_t value)
{
	uint64_t contents[PAGE_SIZE / sizeof(uint64_t)] __attribute__((aligned(PAGE_SIZE))) = {
		value,
	};
	struct uffdio_copy copy = {
		.dst = (uintptr_t)page_at(v->vm, gpa), .src = (uintptr_t)contents,
		.len = PAGE_SIZE,
	};

	if (!copy.dst || !v->vm->userfaultfd)
		return -EINVAL;
	if (!ioctl(v->vm->userfaultfd, UFFDIO_COPY, &copy))
		return 0;
	if (errno != EEXIST && errno != ENOENT)	/* given already, or never taken */
		vm_finish(v->vm, END_SETUP, "ioctl UFFDIO_COPY: %s", strerror(errno));
	return -EINVAL;
}

void userfault_end(struct vm *vm)
{
	if (vm->userfaultfd)
		close(vm->userfaultfd);
}
