/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The harness's end of the mailbox.  The guest may write anything into it at
 * any time: read each value once, then check it.
 */
#ifndef RUN_MAILBOX_H
#define RUN_MAILBOX_H

#include "run/case.h"
#include "record/report.h"

/* mailbox_copy() - copy @size bytes that the guest may change, reading them only once. */
void mailbox_copy(void *to, const void *from, size_t size);

/*
 * mailbox_harvest() - format all entries of @m into @report.
 * @memory: guest physical address 0
 *
 * Set the report's end to END_GARBAGE if the mailbox is malformed.
 */
void mailbox_harvest(const uint8_t *memory, const struct mailbox *m, struct report *report);

/* mailbox_crash() - describe the exception that the guest reports in @buffer, and return it. */
const char *mailbox_crash(const struct mailbox *m, const struct case_file *c,
			  char *buffer, size_t size);

#endif
