/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A result in words, and in the few outcomes that other people's tools know.
 */
#ifndef TELL_STORY_H
#define TELL_STORY_H

#include "judge/session.h"

enum outcome {
	OUTCOME_PASS,
	OUTCOME_GONE,			/* as documented, and was known not to be: status 0 */
	OUTCOME_KNOWN,			/* not as documented, as is known: status 0 */
	OUTCOME_SKIP,
	OUTCOME_FAIL,			/* deviates: status 1 */
	OUTCOME_ERROR,			/* the guest did not come so far, or the run has failed */
	OUTCOME_MISS,			/* we did not come so far: nothing is known of KVM */
	NR_OUTCOMES
};

/* All text is printable ASCII. */
struct story {
	const struct result *result;	/* NULL: the run's own, "kvm-errata.complete" */
	enum outcome outcome;
	char *name;			/* the check's: letters, digits, "-" and "_", dots between */
	char *sentence;			/* constant text without '#', which readers of TAP cut at */
	char *why;			/* in a line; NULL: there is nothing to say */
	char *words;			/* lines: the observations that made it so, and the source; NULL */
	char *numbers;			/* a line, of the run: how many of which verdict; NULL */
};

/* story_of() - what @r comes to; story_free() frees it. */
struct story story_of(const struct result *r);

/* story_of_run() - the same of the run itself. */
struct story story_of_run(const struct tally *t, const struct completion *c);
void story_free(struct story *s);

#endif
