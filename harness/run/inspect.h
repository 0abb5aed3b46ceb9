/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What KVM gives the CPU: from what it prints of a vCPU (dump.h), and the tables
 * that map the guest's memory, in the host's.
 */
#ifndef RUN_INSPECT_H
#define RUN_INSPECT_H

#include "run/vm.h"

/* inspect_begin() - put into the mailbox of @vm why nothing can be inspected, if so. */
void inspect_begin(struct vm *vm);

/*
 * inspect_page() - fill in @page for its guest-physical address.
 * inspect_event() - *@event is EVENTINJ, or the VM-entry interruption information, of what
 * would be injected at the next entry.
 *
 * Return 0; -EAGAIN if the vCPU cannot be inspected right now; -EPERM if never, and then the
 * mailbox says why.
 */
int64_t inspect_page(struct vcpu *v, struct inspection *page);
int64_t inspect_event(struct vcpu *v, uint64_t *event);

#endif
