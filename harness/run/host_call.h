/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host call: a guest asks for KVM's ioctls, from a list of those that are allowed.
 */
#ifndef RUN_HOST_CALL_H
#define RUN_HOST_CALL_H

#include "run/vm.h"

/*
 * host_call() - do what mailbox.call[] of vCPU @v holds.
 *
 * Nothing in there is trusted: a request that is not on the list, a size or a pointer that
 * is not the payload's memory, and a target that is not there end the VM with END_GARBAGE.
 */
void host_call(struct vcpu *v);

/*
 * host_call_take_back() - replace the exception that made the VM entry of @v fail, and tell
 * the guest so: -EIO.
 */
void host_call_take_back(struct vcpu *v);

#endif
