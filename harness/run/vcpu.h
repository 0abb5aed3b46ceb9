/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vCPUs: their registers at entry, their threads, their exits.
 */
#ifndef RUN_VCPU_H
#define RUN_VCPU_H

#include "run/vm.h"

/* vcpu_create() - the next vCPU, ready to run. */
struct vcpu *vcpu_create(struct vm *vm);

/* vcpu_start() - give it a thread, which enters the guest until the VM ends. */
void vcpu_start(struct vcpu *v);

/*
 * vcpu_set_immediate_exit() - make KVM_RUN return at once, or not.
 *
 * Ordered against "expired" and "paused", which are written before it is set and
 * read after it is cleared: a plain store could wait in the store buffer until
 * after the kick, and undo it.
 */
void vcpu_set_immediate_exit(struct vcpu *v, uint8_t on);

#define KICK_SIGNAL	SIGUSR1

/*
 * vcpu_kick() - make KVM_RUN return; it is entered again unless the VM has
 * expired or the vCPU is paused.
 */
void vcpu_kick(struct vcpu *v);

/*
 * vcpu_pause(), vcpu_resume() - keep a vCPU of another thread out of KVM_RUN,
 * so that its file takes ioctls.
 */
void vcpu_pause(struct vcpu *v);
void vcpu_resume(struct vcpu *v);

/*
 * vcpu_complete_exit() - let KVM complete the OUT that ended KVM_RUN, as api.rst (struct
 * kvm_run) wants it before the vCPU's state is read or set; for the vCPU's own thread.
 */
void vcpu_complete_exit(struct vcpu *v);

/* vcpu_inject_undefined() - inject #UD by KVM_SET_VCPU_EVENTS, in place of another exception. */
void vcpu_inject_undefined(struct vcpu *v);

/* vcpu_locate() - where the guest is, as "symbol+0x1f"; returns @buffer. */
const char *vcpu_locate(struct vcpu *v, char *buffer, size_t size);

/* vcpu_trace() - with --trace, all registers of a vCPU that is not running. */
void vcpu_trace(struct vcpu *v);

/*
 * vcpu_wait() - of RING_WAIT: until a vCPU has rung RING_WAKE, and not again one that
 * has been seen; or for a few milliseconds.
 */
void vcpu_wait(struct vcpu *v);
void vcpu_wake_others(struct vm *vm);

#endif
