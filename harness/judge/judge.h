/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judge observations by expected/: one result per check.
 */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "judge/expectations.h"
#include "record/record.h"

enum verdict {
	VERDICT_OK,			/* the documented value */
	VERDICT_KNOWN,			/* the value that KVM is known to show instead */
	VERDICT_FIXED,			/* the documented value, but another one is "known" */
	VERDICT_DEVIATION,		/* any other value */
	VERDICT_SKIP,			/* cannot be seen here */
	VERDICT_MISSING,		/* expected, but never observed */
	NR_VERDICTS
};

/* An observation and its verdict; or how a variant ended, whose key is "complete". */
struct seen {
	char *id;			/* CASE.VARIANT.KEY */
	const struct check *check;	/* NULL: how a variant ended */
	enum verdict verdict;
	const struct row *row;		/* NULL: none covers this platform, or none needed */
	const struct value *known;
	char *observed;			/* NULL: nothing */
	enum skip_class skip;		/* of a SKIP */
	char *reason;			/* of a SKIP, or what went wrong; NULL */
	bool contradicts;		/* of "complete": a key was observed more than once */
	enum end end;			/* how its variant ended */
	struct line *lines;		/* of the report: the observation, and the notes before it */
	size_t nr_lines;
};

/* A check's verdict on one run, and the observations behind it. */
struct result {
	char *id;			/* CASE.NAME; CASE.complete, CASE.description */
	const char *sentence;		/* constant text */
	const struct check *check;	/* NULL: of complete and description */
	enum verdict verdict;
	const struct seen *list;	/* in the order of expected/CASE */
	size_t nr;
	const struct seen *first;	/* the first with this verdict; NULL if @nr is 0 */
	enum skip_class skip;		/* of a SKIP */
	const char *reason;		/* of a SKIP, or of CASE.description; NULL */
	bool by_chance;			/* another run may decide one of the SKIPs in it */
	unsigned long ms;		/* of CASE.complete: how long its variants took */
};

/* All observations of a case, variant by variant. */
struct sights {
	struct seen *list;
	size_t nr;
};

typedef void (*result_function)(const struct result *r, void *context);

/* judge_count() - how many results judge_case() gives for the @nr @variants of a case. */
size_t judge_count(const struct expected *e, const char *const *variants, size_t nr);

/*
 * judge_variant() - add to @sights all observations that @e, one of @all, expects of
 * @variant of case @name, and how it ended: by itself, and without an observation that
 * @e does not expect.
 */
void judge_variant(struct sights *sights, const char *name, const char *variant,
		   const struct expectations *all, const struct expected *e,
		   const struct facts *facts, const struct report *report);

/*
 * judge_case() - call @sink with the results of case @name: in the order of expected/CASE,
 * the checks with at least one observation in @sights; then CASE.complete.
 */
void judge_case(const char *name, const struct expected *e, struct sights *sights, unsigned long ms,
		result_function sink, void *context);

/* sights_free() - free all of @sights, and leave it empty. */
void sights_free(struct sights *sights);

/* verdict_name() - "ok", "known", "fixed", "deviation", "skip" or "missing". */
const char *verdict_name(enum verdict verdict);

static inline bool verdict_is_wrong(enum verdict v)
{
	return v == VERDICT_DEVIATION || v == VERDICT_MISSING;
}

/* seen_is_shown() - whether @s was seen as documented, or as known. */
static inline bool seen_is_shown(const struct seen *s)
{
	return s->row && (s->verdict == VERDICT_OK || s->verdict == VERDICT_KNOWN ||
			  s->verdict == VERDICT_FIXED);
}

/* result_shown() - how many observations of @r were seen as documented, or as known. */
size_t result_shown(const struct result *r);

/*
 * seen_is_lost() - whether @s was not observed because of the harness, and not because of
 * KVM: its worker died, its setup failed or the record is torn.
 * result_is_lost() - whether all wrong observations of @r are lost.
 */
bool seen_is_lost(const struct seen *s);
bool result_is_lost(const struct result *r);

/* session.c: judge a record while it is made or read: its results, and the exit status. */
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

/*
 * evidence.c: the evidence in records, which is for each observation the records in which it
 * matches a line of expected/.
 */
struct evidence;

/*
 * evidence_read() - judge all records of @directory, PLATFORM.gz, by @e.
 *
 * Return NULL with *@error, which the caller frees, if there are no records, or if one
 * cannot be read, is torn, or deviates.
 */
struct evidence *evidence_read(const char *directory, struct expectations *e, char **error);
void evidence_free(struct evidence *e);

/*
 * evidence_confirms(), evidence_is_new() - whether some record, or no record, has shown
 * what @s shows.  Both are false if @s matches no line of expected/.
 */
bool evidence_confirms(const struct evidence *e, const struct seen *s);
bool evidence_is_new(const struct evidence *e, const struct seen *s);

/*
 * evidence_platforms() - return the records, "A, B", that have shown a documented value
 * of @c, or with @known a known deviation; NULL: none.  The caller frees it.
 */
char *evidence_platforms(const struct evidence *e, const struct check *c, bool known);

#endif
