/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vCPUs: their registers at entry, their threads, their exits, and what their guest asks for.
 */
#ifndef RUN_VCPU_H
#define RUN_VCPU_H

#include "run/vm.h"

/* vcpu_create() - create the next vCPU, ready to run. */
struct vcpu *vcpu_create(struct vm *vm);

/* vcpu_create_in() - create this vCPU in the VM @vm_fd; its files take the place of older ones. */
void vcpu_create_in(struct vcpu *v, int vm_fd);

/* vcpu_start() - create its thread, which enters the guest until the VM ends. */
void vcpu_start(struct vcpu *v);

/*
 * vcpu_set_immediate_exit() - make KVM_RUN return at once, or not.
 *
 * An atomic store: "expired" and "paused" are written before immediate_exit is set,
 * and read after it is cleared.  A plain store that clears it could stay in the
 * store buffer until after a kick, and undo the kick.
 */
void vcpu_set_immediate_exit(struct vcpu *v, uint8_t on);

/* from_now() - return an absolute time for pthreads, @ns from now; @ns is less than a second. */
struct timespec from_now(long ns);

#define KICK_SIGNAL	SIGUSR1

/*
 * vcpu_kick() - make KVM_RUN return; the vCPU's thread calls it again unless the
 * VM has expired or the vCPU is paused.
 */
void vcpu_kick(struct vcpu *v);

/*
 * vcpu_pause(), vcpu_resume() - keep a vCPU of another thread out of KVM_RUN,
 * which blocks all other ioctls of the vCPU.
 */
void vcpu_pause(struct vcpu *v);
void vcpu_resume(struct vcpu *v);

/*
 * vcpu_complete_exit() - let KVM complete the access that ended KVM_RUN, as api.rst (struct
 * kvm_run) requires before the vCPU's state is read or set.  Only for the vCPU's own thread.
 */
void vcpu_complete_exit(struct vcpu *v);

/*
 * vcpu_run_nothing() - KVM_RUN with immediate_exit set, which does not enter the guest.  Return its
 * errno: EINTR, or another if KVM refuses struct kvm_run; or 0 if the access that ended the last
 * KVM_RUN has another part.
 */
int vcpu_run_nothing(struct vcpu *v);

/* vcpu_inject_undefined() - inject #UD by KVM_SET_VCPU_EVENTS, in place of another exception. */
void vcpu_inject_undefined(struct vcpu *v);

/* vcpu_locate() - write the guest's RIP into @buffer as "symbol+0x1f", and return @buffer. */
const char *vcpu_locate(struct vcpu *v, char *buffer, size_t size);

/* vcpu_trace() - with --trace, print all registers of a vCPU that is not running. */
void vcpu_trace(struct vcpu *v);

/*
 * vcpu_wait() - RING_WAIT: wait until any vCPU rings RING_WAKE, unless one has done so since
 * the last vcpu_wait() of @v; at most 5 ms.
 * vcpu_wake_others() - RING_WAKE: end these waits.
 */
void vcpu_wait(struct vcpu *v);
void vcpu_wake_others(struct vm *vm);

/*
 * exit_handle() - handle the exit with which KVM_RUN returned.
 *
 * Return if the guest is to be entered again, true after a host call; otherwise end the VM with
 * an enum end that names the exit.
 */
bool exit_handle(struct vcpu *v);

/*
 * host_call.c: a guest asks for ioctls of KVM, which must be on a list.
 *
 * host_call() - do the host call in mailbox.call[] of vCPU @v.
 *
 * Nothing in it is trusted: a request that is not on the list, a size or a pointer outside of
 * the payload's memory, or a target that does not exist ends the VM with END_GARBAGE.
 */
void host_call(struct vcpu *v);

/* host_call_at_exit() - do it now if its .at_exit is set, and clear .at_exit; return whether it was. */
bool host_call_at_exit(struct vcpu *v);

/*
 * host_call_take_back() - the VM entry of @v failed because of the exception that a host call
 * injected: replace that exception with #UD, and return -EIO to the guest.
 */
void host_call_take_back(struct vcpu *v);

/*
 * clock.c: the host's clocks, and how its scheduler treats the thread of @v: HOST_TIME,
 * HOST_TSC, HOST_SHARE_CPU and HOST_RUN_DELAY of protocol.h.
 */
int64_t clock_time(struct vcpu *v, clockid_t id);
int64_t clock_tsc(void);
int64_t clock_share_cpu(struct vcpu *v);
int64_t clock_run_delay(struct vcpu *v);

/*
 * userfault.c: memory that the host has to fetch first, by userfaultfd(2): the guest takes a page away,
 * every access to it waits, and the guest gives it back.  protocol.h describes the arguments
 * and results: HOST_TAKE_MEMORY, HOST_AWAIT_FAULT, HOST_GIVE_MEMORY.
 */
int64_t userfault_take(struct vcpu *v, uint64_t gpa);
int64_t userfault_await(struct vcpu *v, uint64_t gpa);
int64_t userfault_give(struct vcpu *v, uint64_t gpa, uint64_t value);

/*
 * userfault_end() - close the userfaultfd, which ends all waits for memory.
 *
 * Otherwise the process could not exit: KVM waits for its kworkers, which wait for memory, and
 * no signal ends that; and a process with such a thread does not get to close its files.
 */
void userfault_end(struct vm *vm);

/*
 * inspect.c: what KVM gives the CPU, from its dump of a vCPU (dump.h), and from the page
 * tables in host memory that map the guest's memory.
 *
 * inspect_begin() - if nothing can be inspected, write the reason into the mailbox of @vm.
 * inspect_page() - fill in @page for its guest-physical address.
 * inspect_event() - set *@event to EVENTINJ, or to the VM-entry interruption information, of
 * the next VM entry.
 * inspect_apic() - set *@apic to what of the vCPU's APIC the CPU virtualizes in the next VM entry:
 * VIRTUAL_... of protocol.h.
 *
 * The last three return 0; -EAGAIN if the vCPU cannot be inspected now; -EPERM if it never can, with the
 * reason in the mailbox.
 */
void inspect_begin(struct vm *vm);
int64_t inspect_page(struct vcpu *v, struct inspection *page);
int64_t inspect_event(struct vcpu *v, uint64_t *event);
int64_t inspect_apic(struct vcpu *v, uint64_t *apic);

#endif
