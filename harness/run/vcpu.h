/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vCPUs: their registers at entry, their threads, their exits.
 */
#ifndef RUN_VCPU_H
#define RUN_VCPU_H

#include "run/vm.h"

/* vcpu_create() - create the next vCPU, ready to run. */
struct vcpu *vcpu_create(struct vm *vm);

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
 * vcpu_complete_exit() - let KVM complete the OUT that ended KVM_RUN, as api.rst (struct
 * kvm_run) requires before the vCPU's state is read or set.  Only for the vCPU's own thread.
 */
void vcpu_complete_exit(struct vcpu *v);

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

#endif
