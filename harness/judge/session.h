/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judge a record while it is made or read: its results, and the exit status.
 */
#ifndef JUDGE_SESSION_H
#define JUDGE_SESSION_H

#include "judge/expectations.h"
#include "judge/judge.h"
#include "record/record.h"

enum status {
	AS_DOCUMENTED = 0, DEVIATES = 1, NOTHING_RAN = 77, SUITE_FAILED = 99,
	BISECT_CANNOT_TELL = 125,
};

struct tally {
	size_t verdicts[NR_VERDICTS], nr;
	size_t shown, observations;	/* seen as documented or as known; all */
	bool by_chance;			/* a SKIP that another run may decide */
	const char *failed;		/* how the suite itself failed; NULL */
};

/* A receiver of results; a callback that is NULL is not called. */
struct result_sink {
	/* @plan: how many results will follow */
	void (*begin)(void *context, size_t plan, const struct facts *facts);
	/* @variant runs now, as far as that is known */
	void (*started)(void *context, const char *variant);
	void (*result)(void *context, const struct result *r);
	void (*end)(void *context, const struct tally *t, const struct completion *c);
	void *context;
};

struct session {
	struct expectations *expectations;
	const struct result_sink *sinks;
	size_t nr_sinks;
	struct tally tally;

	const struct facts *facts;	/* of the record */
	const struct plan *plan;
	size_t next;			/* the next entry of the plan */
	struct sights sights;		/* of the current case */
	unsigned long ms;		/* the time that its variants took */
};

/* session_listener() - return the listener that judges a run, and calls the sinks of @s. */
struct listener session_listener(struct session *s);

/*
 * session_read_file() - judge the record in @path, opened by record_open().  Return NULL,
 * or "PATH:LINE: what is wrong" that the caller frees.
 */
char *session_read_file(struct session *s, const char *path);

/* What makes the status 1. */
enum strictness {
	LENIENT,			/* deviations */
	STRICT,				/* and known deviations that are gone */
	BISECT,				/* deviations, known or not; 125: cannot tell */
};

/* session_status() - the exit status for @t. */
enum status session_status(const struct tally *t, enum strictness strictness);

/* session_worse() - the more serious one of two records' statuses. */
enum status session_worse(enum status a, enum status b);

#endif
