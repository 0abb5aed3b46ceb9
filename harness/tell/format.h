/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The formats of other tools, by name: "--as NAME".
 *
 * A result is red there if it makes the exit status 1 or 99 without --strict, or if a torn
 * record has lost it.  A known deviation is not red, whether it still exists or is gone.
 */
#ifndef TELL_FORMAT_H
#define TELL_FORMAT_H

#include "judge/judge.h"

/* The few outcomes of a result that other tools know. */
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

/* A result in words; all text is printable ASCII. */
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

#define FORMATS	"junit|ktap|kcidb|kcidb-issues|lava|tmt"	/* in addition to TAP */

struct format {
	const char *name;
	bool one_record;		/* the document has a single root */
	void (*begin)(const struct facts *facts);	/* may be NULL; so may end */
	/* called for each result, and last for the run */
	void (*tell)(const struct story *s);
	void (*end)(const struct completion *c);
};

extern const struct format junit_format, ktap_format, kcidb_format, kcidb_issues_format,
	lava_format, tmt_format;

/* format_find() - return the format called @name, or NULL. */
const struct format *format_find(const char *name);

/* format_sink() - return the sink that prints @f on standard output. */
struct result_sink format_sink(const struct format *f);

/* kcidb_set_build() - set the tested build, "ORIGIN:ID"; without it, we report a build of ours. */
void kcidb_set_build(const char *id);

#endif
