/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HARNESS_SERVICE_H
#define HARNESS_SERVICE_H

#include "vm.h"

/*
 * service_call() - answer the host call in the vCPU's slot of the mailbox.
 *
 * Services are KVM's ioctls (enum service); nothing of any case is here.
 */
void service_call(struct vcpu *v);

#endif
