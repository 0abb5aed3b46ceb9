/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host call: a guest asks for ioctls of KVM, which must be on a list.
 */
#ifndef RUN_HOST_CALL_H
#define RUN_HOST_CALL_H

#include "run/vm.h"

/*
 * host_call() - do the host call in mailbox.call[] of vCPU @v.
 *
 * Nothing in it is trusted: a request that is not on the list, a size or a pointer outside of
 * the payload's memory, or a target that does not exist ends the VM with END_GARBAGE.
 */
void host_call(struct vcpu *v);

/*
 * host_call_take_back() - the VM entry of @v failed because of the exception that a host call
 * injected: replace that exception with #UD, and return -EIO to the guest.
 */
void host_call_take_back(struct vcpu *v);

#endif
