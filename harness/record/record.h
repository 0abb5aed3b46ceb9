/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What passes between running and judging.  Whoever runs says it, in this order,
 * to a listener: a writer, which makes a file of it, or a judge; and a reader
 * says it again of a file.  kvm-errata-record(5) has the lines.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "record/facts.h"
#include "record/report.h"

#define RECORD_FORMAT	"kvm-errata record 3"

/* Variants, "CASE.VARIANT", in their order; and cases that cannot be run, "CASE". */
struct planned {
	char *name;
	char *unreadable;		/* why not; NULL */
};

struct plan {
	struct planned *list;
	size_t nr;
};

/* plan_add() - add to it, made printable. */
void plan_add(struct plan *plan, const char *name, const char *unreadable);
void plan_free(struct plan *plan);

struct completion {
	unsigned long ms;		/* of the whole run */
	unsigned int stuck;		/* processes that the kernel does not give back */
	const char *failed;		/* what of the suite itself did not work; NULL */
	bool torn;			/* the record ends before the run did */
};

/* What is NULL is not called. */
struct listener {
	void (*begin)(void *context, const struct facts *facts, const struct plan *plan);
	/* of each variant of the plan, in its order */
	void (*started)(void *context, const char *variant);
	void (*ended)(void *context, const char *variant, const struct report *report);
	/* who could not do its part says so in completion->failed, for those that follow */
	void (*complete)(void *context, struct completion *completion);
	void *context;
};

/* SAY() - call @what of each of the @nr @listeners that has it, in their order. */
#define SAY(listeners, nr, what, ...)							\
	do {										\
		for (size_t i_ = 0; i_ < (nr); i_++) {					\
			if ((listeners)[i_].what)					\
				(listeners)[i_].what((listeners)[i_].context, __VA_ARGS__);	\
		}									\
	} while (0)

#endif
