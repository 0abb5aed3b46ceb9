/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RUN_EXIT_H
#define RUN_EXIT_H

#include "run/vm.h"

/*
 * exit_handle() - act on what KVM_RUN returned for.
 *
 * Returns when the guest is to be entered again; everything but a host call
 * ends the VM, under a name of its own (enum end).
 */
void exit_handle(struct vcpu *v);

#endif
