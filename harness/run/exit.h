/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RUN_EXIT_H
#define RUN_EXIT_H

#include "run/vm.h"

/*
 * exit_handle() - handle the exit with which KVM_RUN returned.
 *
 * Return if the guest is to be entered again; otherwise end the VM with an enum
 * end that names the exit.
 */
void exit_handle(struct vcpu *v);

#endif
