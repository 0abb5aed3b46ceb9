/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that the host has to fetch first, by userfaultfd(2): the guest takes a page away,
 * every access to it waits, and the guest gives it back.  protocol.h describes the arguments
 * and results: HOST_TAKE_MEMORY, HOST_AWAIT_FAULT, HOST_GIVE_MEMORY.
 */
#ifndef RUN_USERFAULT_H
#define RUN_USERFAULT_H

#include "run/vm.h"

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

#endif
