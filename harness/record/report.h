/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one run of one variant left behind: how it ended, and the lines that
 * its guest wrote, formatted.  It lies in memory that the worker shares with
 * the harness, so that it outlives whatever happens to the worker.
 */
#ifndef RECORD_REPORT_H
#define RECORD_REPORT_H

#include "protocol.h"

enum end {
	END_NONE,			/* the worker died before it could say more */
	END_DONE,			/* guest_main() returned */
	END_CRASH,			/* an exception that nothing expected */
	END_TIMEOUT,			/* the time limit passed */
	END_STUCK,			/* the same, and KVM_RUN ignores signals */
	END_SHUTDOWN,			/* triple fault */
	END_FAIL_ENTRY,			/* KVM_EXIT_FAIL_ENTRY */
	END_CANNOT_EMULATE,		/* KVM_EXIT_INTERNAL_ERROR, emulation */
	END_EXIT,			/* an exit that no case asks for */
	END_GARBAGE,			/* the mailbox makes no sense */
	END_LACKS,			/* this KVM cannot make the VM */
	END_NOT_HERE,			/* bare metal: only KVM can make such a machine */
	END_SETUP,			/* an ioctl that should work did not */
	END_TORN,			/* the record ends before the guest did */
	NR_ENDS
};

#define LINE_SIZE	192

struct line {
	enum entry_kind kind;
	uint32_t nr_numbers;
	int64_t number[ENTRY_ARGS];	/* of those in the text */
	char text[LINE_SIZE];
};

struct report {
	enum end end;
	char why[LINE_SIZE];
	uint32_t ms;			/* how long it took */
	uint32_t nr_lines;
	struct line lines[MAX_ENTRIES];
};

/* "done", "timeout", ...: as the record and the TAP name it. */
const char *end_name(enum end end);

/* end_of_name() - the reverse; NR_ENDS if no end is called so. */
enum end end_of_name(const char *name);

#endif
