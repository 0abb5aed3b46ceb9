/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Observations held against expected/: one result a check.
 */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "judge/expectations.h"
#include "record/report.h"

enum verdict {
	VERDICT_OK,			/* the documented value */
	VERDICT_KNOWN,			/* the value that KVM is known to show instead */
	VERDICT_FIXED,			/* the documented value where a known other one stands */
	VERDICT_DEVIATION,		/* any other value */
	VERDICT_SKIP,			/* cannot be seen here */
	VERDICT_MISSING,		/* expected, but never observed */
	NR_VERDICTS
};

struct result {
	char *id;			/* CASE.VARIANT.KEY */
	enum verdict verdict;
	const struct row *row;		/* NULL: none covers this platform, or none needed */
	const struct value *known;
	char *observed;			/* NULL: nothing */
	char *reason;			/* of a SKIP, or what went wrong; NULL */
	bool by_chance;			/* a SKIP that another run may decide */
	bool contradicts;		/* of an end: a key was observed more than once */
	enum end end;			/* of its variant; END_NONE where there was none */
	const struct line *lines;	/* of the report: the observation, and the notes before it */
	size_t nr_lines;
};

typedef void (*result_sink)(const struct result *r, void *context);

/* judge_count() - how many results judge() makes of @variant. */
size_t judge_count(const struct expected *e, const char *variant);

/*
 * judge() - judge all checks of @variant, in the order of expected/CASE, which @e
 * is and @all has the environments of, and at last
 * VARIANT.complete: that the guest ended by itself, and said nothing unexpected.
 */
void judge(const char *name, const char *variant, const struct expectations *all,
	   const struct expected *e,
	   const struct facts *facts, const struct report *report,
	   result_sink sink, void *context);

const char *verdict_name(enum verdict verdict);

/*
 * result_is_ours() - whether its variant was not run to its end, which is not KVM's doing,
 * unless it was observed before that.
 */
bool result_is_ours(const struct result *r);

#endif
