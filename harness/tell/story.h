/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A result in words, and as one of the few outcomes that other tools know.
 */
#ifndef TELL_STORY_H
#define TELL_STORY_H

#include "judge/session.h"

enum outcome {
	OUTCOME_PASS,
	OUTCOME_GONE,			/* a known deviation that is gone: status 0 */
	OUTCOME_KNOWN,			/* a known deviation: status 0 */
	OUTCOME_SKIP,
	OUTCOME_FAIL,			/* deviates: status 1 */
	OUTCOME_ERROR,			/* never observed, or the run itself failed */
	OUTCOME_MISS,			/* the harness lost it: says nothing about KVM */
	NR_OUTCOMES
};

/* All text is printable ASCII. */
struct story {
	const struct result *result;	/* NULL: the run's own, "kvm-errata.complete" */
	enum outcome outcome;
	char *name;			/* letters, digits, "-" and "_", with dots between */
	char *sentence;			/* constant text without '#', which readers of TAP cut at */
	char *why;			/* one line; NULL: nothing to say */
	char *words;			/* lines: the observations behind it, its source; NULL */
	char *numbers;			/* one line, of the run: a count per verdict; NULL */
};

/* story_of() - describe @r; story_free() frees it. */
struct story story_of(const struct result *r);

/* story_of_run() - describe the run itself. */
struct story story_of_run(const struct tally *t, const struct completion *c);
void story_free(struct story *s);

#endif
