/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All of expected/.  Each file is read when it is first needed.
 */
#ifndef JUDGE_EXPECTATIONS_H
#define JUDGE_EXPECTATIONS_H

#include "judge/environment.h"
#include "judge/expected.h"

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

/* expectations_why() - like environment_why(), for all environments. */
const char *expectations_why(const struct expectations *e, const char *id, const char *observed,
			     const struct facts *facts);

/* expectations_of() - return those of the case whose name is the @n bytes at @name; not NULL. */
const struct expectation *expectations_of(struct expectations *e, const char *name, size_t n);

/*
 * expectations_read_all() - read every file of the directory, and sort the list by
 * name.  Return NULL, or an error that the caller frees; if a single file cannot be
 * read, the error is in its struct expectation.
 */
char *expectations_read_all(struct expectations *e);
void expectations_free(struct expectations *e);

#endif
