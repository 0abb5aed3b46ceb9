/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RUN_SERVICE_H
#define RUN_SERVICE_H

#include "run/vm.h"

/*
 * service_call() - answer the host call in the vCPU's slot of the mailbox.
 *
 * Services are KVM's ioctls (enum service); nothing of any case is here.
 */
void service_call(struct vcpu *v);

/*
 * service_take_back() - the VM entry with the exception that a service has just
 * injected has failed: take it back, and say so in the service's result.
 */
void service_take_back(struct vcpu *v);

/* service_undefined() - inject #UD, over whatever was injected before. */
void service_undefined(struct vcpu *v);

#endif
