/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The harness's end of the mailbox.  The guest may write anything into it at
 * any time: each value is read once, and checked after that.
 */
#ifndef HARNESS_MAILBOX_H
#define HARNESS_MAILBOX_H

#include "vm.h"

/* mailbox_copy() - read @size bytes that the guest may write to, once. */
void mailbox_copy(void *to, const void *from, size_t size);

/*
 * mailbox_harvest() - format all records into the VM's report.
 *
 * A mailbox that makes no sense turns the report's end to END_GARBAGE.
 */
void mailbox_harvest(struct vm *vm);

/* mailbox_crash() - end the VM with the exception that its guest reports. */
_Noreturn void mailbox_crash(struct vm *vm);

#endif
