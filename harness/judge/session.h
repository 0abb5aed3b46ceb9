/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record judged as it is said: its results, and what they come to.
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
	size_t shown, observations;	/* how many were seen as documented or as known, of how many */
	bool by_chance;			/* a SKIP that another run may decide */
	const char *failed;		/* how the suite itself failed; NULL */
};

/* Whom results are told; what is NULL is not called. */
struct result_sink {
	/* @plan results will come */
	void (*begin)(void *context, size_t plan, const struct facts *facts);
	/* what runs now, as far as that is known */
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
	size_t next;			/* of the plan: what is to be told next */
	struct sights sights;		/* of the case that is under way */
	unsigned long ms;		/* that its variants took */
};

/* session_listener() - what judges all that it hears, and tells the sinks of @s. */
struct listener session_listener(struct session *s);

/*
 * session_read_file() - tell the record in @path, as record_open() has it.  Returns NULL,
 * or "PATH:LINE: what is wrong" that the caller frees.
 */
char *session_read_file(struct session *s, const char *path);

/* What makes the status 1. */
enum strictness {
	LENIENT,			/* what deviates */
	STRICT,				/* and what no longer deviates */
	BISECT,				/* what deviates, known or not; 125 for what is neither */
};

/* session_status() - the exit status that @t comes to. */
enum status session_status(const struct tally *t, enum strictness strictness);

/* session_worse() - of two records' statuses the one that says more against a kernel. */
enum status session_worse(enum status a, enum status b);

#endif
