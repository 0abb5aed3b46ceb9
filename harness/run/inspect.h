/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What KVM gives the CPU: from its dump of a vCPU (dump.h), and from the page
 * tables in host memory that map the guest's memory.
 */
#ifndef RUN_INSPECT_H
#define RUN_INSPECT_H

#include "run/vm.h"

/* inspect_begin() - if nothing can be inspected, write the reason into the mailbox of @vm. */
void inspect_begin(struct vm *vm);

/*
 * inspect_page() - fill in @page for its guest-physical address.
 * inspect_event() - set *@event to EVENTINJ, or to the VM-entry interruption information, of
 * the next VM entry.
 *
 * Return 0; -EAGAIN if the vCPU cannot be inspected now; -EPERM if it never can, with the
 * reason in the mailbox.
 */
int64_t inspect_page(struct vcpu *v, struct inspection *page);
int64_t inspect_event(struct vcpu *v, uint64_t *event);

#endif
