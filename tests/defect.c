// SPDX-License-Identifier: GPL-2.0-only
/*
 * A KVM that misbehaves on purpose: LD_PRELOAD this between the harness and
 * the kernel, with DEFECT=NAME.  It is the suite's only mock, for what no machine
 * does on demand.
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

/* Accept the ioctl, and do nothing. */
static long swallow(int fd, unsigned long request, void *argument)
{
	(void)fd, (void)request, (void)argument;
	return 0;
}

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

/* Flip the x87 bits of KVM_GET_SUPPORTED_CPUID. */
static long flip_x87_bits(int fd, unsigned long request, void *argument)
{
	struct kvm_cpuid2 *cpuid = argument;
	long r = kernel_ioctl(fd, request, argument);

	for (unsigned int i = 0; r == 0 && i < cpuid->nent; i++) {
		if (cpuid->entries[i].function == 7 && cpuid->entries[i].index == 0)
			cpuid->entries[i].ebx ^= 1 << 6 | 1 << 13;
	}
	return r;
}

/* Create vCPUs in the order of their ids, whatever the harness asks for. */
static long create_in_order(int fd, unsigned long request, void *argument)
{
	static unsigned long next;

	(void)argument;
	return kernel_ioctl(fd, request, (void *)next++);
}

/* Accept @cap in KVM_ENABLE_CAP, and do nothing; pass on other capabilities. */
static long swallow_cap(unsigned int cap, int fd, unsigned long request, void *argument)
{
	const struct kvm_enable_cap *enable = argument;

	return enable->cap == cap ? 0 : kernel_ioctl(fd, request, argument);
}

static long swallow_x2apic_api(int fd, unsigned long request, void *argument)
{
	return swallow_cap(KVM_CAP_X2APIC_API, fd, request, argument);
}

static long swallow_quirks(int fd, unsigned long request, void *argument)
{
	return swallow_cap(KVM_CAP_DISABLE_QUIRKS2, fd, request, argument);
}

/* Claim that every quirk can be disabled. */
static long offer_quirks(int fd, unsigned long request, void *argument)
{
	long cap = (long)argument;

	return cap == KVM_CAP_DISABLE_QUIRKS2 ? INT_MAX : kernel_ioctl(fd, request, argument);
}

/* Flip the x87 bits of leaf 7 in KVM_SET_CPUID2. */
static long flip_guest_cpuid(int fd, unsigned long request, void *argument)
{
	struct kvm_cpuid2 *cpuid = argument;

	for (unsigned int i = 0; i < cpuid->nent; i++) {
		if (cpuid->entries[i].function == 7 && cpuid->entries[i].index == 0)
			cpuid->entries[i].ebx ^= 1 << 6 | 1 << 13;
	}
	return kernel_ioctl(fd, request, argument);
}

/* Add 16 to the id of every vCPU but the first. */
static long shift_ids(int fd, unsigned long request, void *argument)
{
	unsigned long id = (unsigned long)argument;

	return kernel_ioctl(fd, request, (void *)(id ? id + 16 : 0));
}

#define MSI_DESTINATION_UNIT	(1 << 12)

static long msi_elsewhere(int fd, unsigned long request, void *argument)
{
	struct kvm_msi msi = *(struct kvm_msi *)argument;

	msi.address_lo ^= 3 * MSI_DESTINATION_UNIT;
	return kernel_ioctl(fd, request, &msi);
}

static long routing_elsewhere(int fd, unsigned long request, void *argument)
{
	struct kvm_irq_routing *routing = argument;

	for (unsigned int i = 0; i < routing->nr; i++) {
		if (routing->entries[i].type == KVM_IRQ_ROUTING_MSI)
			routing->entries[i].u.msi.address_lo ^= 3 * MSI_DESTINATION_UNIT;
	}
	return kernel_ioctl(fd, request, argument);
}

/* Return only zeros. */
static long zero(size_t size, int fd, unsigned long request, void *argument)
{
	long r = kernel_ioctl(fd, request, argument);

	memset(argument, 0, size);
	return r;
}

static long zero_lapic(int fd, unsigned long request, void *argument)
{
	return zero(sizeof(struct kvm_lapic_state), fd, request, argument);
}

static long zero_events(int fd, unsigned long request, void *argument)
{
	return zero(sizeof(struct kvm_vcpu_events), fd, request, argument);
}

static long zero_mp_state(int fd, unsigned long request, void *argument)
{
	return zero(sizeof(struct kvm_mp_state), fd, request, argument);
}

static long msi_twice(int fd, unsigned long request, void *argument)
{
	kernel_ioctl(fd, request, argument);
	usleep(1000);	/* otherwise it may still be pending, and one of two is lost */
	return kernel_ioctl(fd, request, argument);
}

/* Send the MSI also to APIC ID 0, whose vCPU has asked for it. */
static long msi_to_sender(int fd, unsigned long request, void *argument)
{
	struct kvm_msi msi = *(struct kvm_msi *)argument;
	long r = kernel_ioctl(fd, request, argument);

	msi.address_lo &= ~0xfffffu;
	msi.address_hi = 0;
	kernel_ioctl(fd, request, &msi);
	return r;
}

/* Inject #UD instead of the exception, except for vector 2. */
static long inject_ud(int fd, unsigned long request, void *argument)
{
	struct kvm_vcpu_events events = *(struct kvm_vcpu_events *)argument;

	if (events.exception.injected && events.exception.nr != 2)
		events.exception.nr = 6;
	return kernel_ioctl(fd, request, &events);
}

static long refuse(int fd, unsigned long request, void *argument)
{
	(void)fd, (void)request, (void)argument;
	return failed(EINVAL);
}

/* Refuse a vCPU id of 255 or more in KVM_CREATE_VCPU. */
static long refuse_far(int fd, unsigned long request, void *argument)
{
	return (long)argument >= 255 ? failed(EINVAL) : kernel_ioctl(fd, request, argument);
}

/* Set every vCPU to KVM_MP_STATE_UNINITIALIZED. */
static long flip_mp_state(int fd, unsigned long request, void *argument)
{
	(void)argument;
	return kernel_ioctl(fd, request,
			    &(struct kvm_mp_state) { KVM_MP_STATE_UNINITIALIZED });
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
	{ "swallow-x2apic-api", KVM_ENABLE_CAP, swallow_x2apic_api },
	{ "swallow-quirks", KVM_ENABLE_CAP, swallow_quirks },
	{ "claim-quirks", KVM_CHECK_EXTENSION, offer_quirks },
	{ "claim-quirks", KVM_ENABLE_CAP, swallow_quirks },	/* but disable none */
	{ "swallow-cpuid", KVM_SET_CPUID2, swallow },
	{ "flip-guest-cpuid", KVM_SET_CPUID2, flip_guest_cpuid },
	{ "shift-ids", KVM_CREATE_VCPU, shift_ids },
	{ "swallow-msi", KVM_SIGNAL_MSI, swallow },
	{ "msi-elsewhere", KVM_SIGNAL_MSI, msi_elsewhere },
	{ "msi-to-sender", KVM_SIGNAL_MSI, msi_to_sender },
	{ "msi-twice", KVM_SIGNAL_MSI, msi_twice },
	{ "swallow-irqfd", KVM_IRQFD, swallow },
	{ "routing-elsewhere", KVM_SET_GSI_ROUTING, routing_elsewhere },
	{ "swallow-set-lapic", KVM_SET_LAPIC, swallow },
	{ "refuse-set-lapic", KVM_SET_LAPIC, refuse },
	{ "zero-lapic", KVM_GET_LAPIC, zero_lapic },
	{ "swallow-set-events", KVM_SET_VCPU_EVENTS, swallow },
	{ "inject-ud", KVM_SET_VCPU_EVENTS, inject_ud },
	{ "refuse-set-events", KVM_SET_VCPU_EVENTS, refuse },
	{ "zero-events", KVM_GET_VCPU_EVENTS, zero_events },
	{ "zero-mp-state", KVM_GET_MP_STATE, zero_mp_state },
	{ "flip-mp-state", KVM_SET_MP_STATE, flip_mp_state },
	{ "no-vm", KVM_CREATE_VM, no_memory },
	{ "no-vcpu", KVM_CREATE_VCPU, no_memory },
	{ "no-255th-vcpu", KVM_CREATE_VCPU, refuse_far },
	{ "stuck", KVM_RUN, never_return },
	{ "die", KVM_RUN, die },
	{ "flip-x87-bits", KVM_GET_SUPPORTED_CPUID, flip_x87_bits },
	{ "create-in-order", KVM_CREATE_VCPU, create_in_order },
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
