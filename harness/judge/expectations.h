/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All of expected/.  Each file is read when it is first needed.
 */
#ifndef JUDGE_EXPECTATIONS_H
#define JUDGE_EXPECTATIONS_H

#include "judge/expected.h"

/*
 * expected/on/NAME: the observations that an environment changes, which is neither
 * the document nor KVM: an emulator, a firmware, an L0 hypervisor, an out-of-tree KVM; or with
 * "known" in place of "environment", those in which KVM is known to differ there, in any case.
 *
 *	# a comment
 *	environment CONDITION...
 *	CASE.VARIANT.KEY VALUE [on CONDITION...]: WHY, or the name of a reason
 *	reason NAME: WHY
 *
 * An observation of VALUE there is a SKIP of class environment, or known, unless VALUE is the
 * documented one; with "*", any value is, even the documented one.  In
 * CASE.VARIANT.KEY, "*" matches anything, and "{a,b}" matches a and b.
 */
/* A line of expected/on/NAME: observations whose value the environment changes. */
struct bent {
	char **patterns;		/* of ids of observations */
	size_t nr_patterns;
	struct value value;
};

struct environment {
	bool is_known;
	struct condition on;
	struct bent *list;
	size_t nr;
	struct reasons reasons;
};

/*
 * environment_parse() - parse @size bytes at @words; @path is for messages.
 * Return NULL, or "FILE:LINE: what is wrong" that the caller frees.
 */
char *environment_parse(struct environment *e, const char *path, const char *words, size_t size);
void environment_free(struct environment *e);

/*
 * environment_value() - return the value @observed (NULL: not observed) of observation @id
 * in this environment, with the reason; or NULL if the environment does not change it so.
 */
const struct value *environment_value(const struct environment *e, const char *id,
				      const char *observed, const struct facts *facts);

struct expectation {
	char *name;			/* of the case */
	struct expected expected;
	char *error;			/* why it cannot be read; NULL */
};

struct expectations {
	const char *directory;
	struct expectation **list;
	size_t nr;
	struct environment *environments;	/* of DIRECTORY/on */
	size_t nr_environments;
};

/*
 * expectations_open() - use @directory, and read its environments.
 * Return NULL, or an error that the caller frees.
 */
char *expectations_open(struct expectations *e, const char *directory);

/* expectations_value() - like environment_value(), for all environments; and set *@is_known. */
const struct value *expectations_value(const struct expectations *e, const char *id,
				       const char *observed, const struct facts *facts,
				       bool *is_known);

/* expectations_of() - return those of the case whose name is the @n bytes at @name; not NULL. */
const struct expectation *expectations_of(struct expectations *e, const char *name, size_t n);

/*
 * expectations_read_all() - read every file of the directory, and sort the list by
 * name.  Return NULL, or an error that the caller frees; if a single file cannot be
 * read, the error is in its struct expectation.
 */
char *expectations_read_all(struct expectations *e);
void expectations_free(struct expectations *e);

/*
 * expected/background: the parts of the documents that no check tests, and why.
 *
 *	DOCUMENT "SECTION": WHY
 *		the words; without any: all of the section that no statement quotes
 */
struct background {
	char *document, *section, *why;
	char *words;			/* NULL: all of the section */
};

struct backgrounds {
	struct background *list;
	size_t nr;
};

/* background_read() - read the file @path.  Return NULL, or an error that the caller frees. */
char *background_read(struct backgrounds *b, const char *path);
void background_free(struct backgrounds *b);

#endif
