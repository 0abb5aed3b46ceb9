/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The outcome of one run of one variant: how it ended, and the lines that its
 * guest wrote, formatted.  It is in memory that the worker shares with the
 * harness, so that it survives the worker's death.
 */
#ifndef RECORD_REPORT_H
#define RECORD_REPORT_H

#include <stddef.h>

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
	END_SETUP,			/* an ioctl that should work failed */
	END_SAVED,			/* its state is in a file: --save */
	END_TORN,			/* the record ends before the guest did */
	NR_ENDS
};

#define LINE_SIZE	192

/* An observation or a note. */
struct line {
	enum entry_kind kind;
	enum skip_class skip;		/* why nothing was observed; SKIP_NONE */
	char key[LINE_SIZE];		/* of an observation; "" */
	char value[LINE_SIZE];		/* as in the record, "?CLASS: WHY" with @skip; or the note */
	uint32_t nr_numbers;
	int64_t number[ENTRY_ARGS];	/* the numbers in the text */
};

struct report {
	enum end end;
	char why[LINE_SIZE];
	uint32_t ms;			/* how long it took */
	uint32_t moves;			/* how often its VM was moved */
	char set[4 * LINE_SIZE];	/* by which ioctls it was made again, the last time; "" */
	char refused[LINE_SIZE];	/* what KVM did not take back after a move; "" */
	uint32_t nr_lines;
	struct line lines[MAX_ENTRIES];
};

/* Return "done", "timeout", ..., as in the record and in TAP. */
const char *end_name(enum end end);

/* end_of_name() - the reverse of end_name(); NR_ENDS if there is no such end. */
enum end end_of_name(const char *name);

/* "host", "vendor", ...: as records, expected/ and TAP name a class. */
const char *skip_name(enum skip_class skip);

/* skip_remedy() - return what would show the skipped checks of a class. */
const char *skip_remedy(enum skip_class skip);

/* skip_of_name() - the reverse of skip_name(), for @n bytes at @name; SKIP_NONE if none has it. */
enum skip_class skip_of_name(const char *name, size_t n);

/*
 * skip_of_value() - return CLASS of a value "?CLASS: WHY" in a record, and point *@why at WHY;
 * SKIP_NONE for any other value, which was observed.
 */
enum skip_class skip_of_value(const char *value, const char **why);

/* skip_words() - return "CLASS: WHY", or for SKIP_NONE only @why; the caller frees it. */
char *skip_words(enum skip_class skip, const char *why);

#endif
