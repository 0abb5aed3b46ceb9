/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vCPUs: their registers at entry, their threads, their exits.
 */
#ifndef HARNESS_VCPU_H
#define HARNESS_VCPU_H

#include "vm.h"

/* vcpu_create() - vCPU number @index in creation order, ready to run. */
void vcpu_create(struct vm *vm, uint32_t index);

/* vcpu_start() - give it a thread, which enters the guest until the VM ends. */
void vcpu_start(struct vcpu *v);

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

/* vcpu_locate() - where the guest is, as "symbol+0x1f"; returns @buffer. */
const char *vcpu_locate(struct vcpu *v, char *buffer, size_t size);

/* vcpu_trace() - with --trace, all registers of a vCPU that is not running. */
void vcpu_trace(struct vcpu *v);

#endif
