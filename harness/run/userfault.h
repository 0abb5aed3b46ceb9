/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that the host has to fetch first: a page of the guest's is taken away, whoever
 * touches it waits, and the guest itself says when it comes back.  By userfaultfd(2);
 * protocol.h says what each request takes and returns.
 */
#ifndef RUN_USERFAULT_H
#define RUN_USERFAULT_H

#include "run/vm.h"

int64_t userfault_take(struct vcpu *v, uint64_t gpa);
int64_t userfault_await(struct vcpu *v, uint64_t gpa);
int64_t userfault_give(struct vcpu *v, uint64_t gpa, uint64_t value);

/*
 * userfault_end() - nobody waits any more.
 *
 * KVM waits for its kworkers, and those for memory, where no signal ends it; and a process
 * that has such a thread does not get so far as to close its files.
 */
void userfault_end(struct vm *vm);

#endif
