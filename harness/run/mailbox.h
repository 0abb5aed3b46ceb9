/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The harness's end of the mailbox.  The guest may write anything into it at
 * any time: each value is read once, and checked after that.
 */
#ifndef RUN_MAILBOX_H
#define RUN_MAILBOX_H

#include "run/case.h"
#include "record/report.h"

/* mailbox_copy() - read @size bytes that the guest may write to, once. */
void mailbox_copy(void *to, const void *from, size_t size);

/*
 * mailbox_harvest() - format all records of @m into @report.
 * @memory: where guest physical address 0 is
 *
 * A mailbox that makes no sense turns the report's end to END_GARBAGE.
 */
void mailbox_harvest(const uint8_t *memory, const struct mailbox *m, struct report *report);

/* mailbox_crash() - the exception that the guest reports, in words; returns @buffer. */
const char *mailbox_crash(const struct mailbox *m, const struct case_file *c,
			  char *buffer, size_t size);

#endif
