/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface between running and judging.  A run calls its listeners, a writer, which
 * makes a file, and a judge, in the order of struct listener.  A reader makes the same
 * calls for a file.  kvm-errata-record(5) describes the file.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "record/facts.h"
#include "record/report.h"

#define RECORD_FORMAT	"kvm-errata record 3"

/* A variant that will run, "CASE.VARIANT", or a case that cannot be run, "CASE". */
struct planned {
	char *name;
	char *unreadable;		/* why it cannot be run; NULL */
};

struct plan {
	struct planned *list;
	size_t nr;
};

/* plan_add() - add an entry, whose text is made printable. */
void plan_add(struct plan *plan, const char *name, const char *unreadable);
void plan_free(struct plan *plan);

struct completion {
	unsigned long ms;		/* of the whole run */
	unsigned int stuck;		/* workers that are stuck in the kernel */
	const char *failed;		/* how the suite itself failed; NULL */
	bool torn;			/* the record ends before the run did */
};

/* A callback that is NULL is not called. */
struct listener {
	void (*begin)(void *context, const struct facts *facts, const struct plan *plan);
	/* for each variant of the plan, in its order */
	void (*started)(void *context, const char *variant);
	void (*ended)(void *context, const char *variant, const struct report *report);
	/* a listener that fails sets completion->failed, for those after it */
	void (*complete)(void *context, struct completion *completion);
	void *context;
};

/* SAY() - call @what of each of the @nr @listeners that has it, in order. */
#define SAY(listeners, nr, what, ...)							\
	do {										\
		for (size_t i_ = 0; i_ < (nr); i_++) {					\
			if ((listeners)[i_].what)					\
				(listeners)[i_].what((listeners)[i_].context, __VA_ARGS__);	\
		}									\
	} while (0)

#endif
