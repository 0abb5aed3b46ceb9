/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All of expected/, each file read when it is first asked for.
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
 * expectations_open() - begin with @directory: its environments are read.
 * Returns NULL, or an error that the caller frees.
 */
char *expectations_open(struct expectations *e, const char *directory);

/* expectations_why() - as environment_why(), of all environments. */
const char *expectations_why(const struct expectations *e, const char *id, const char *observed,
			     const struct facts *facts);

/* expectations_of() - those of the case called by the @n bytes at @name; never NULL. */
const struct expectation *expectations_of(struct expectations *e, const char *name, size_t n);

/*
 * expectations_read_all() - read every file of the directory; the list is then by
 * name.  Returns NULL, or an error that the caller frees; one of a single file
 * stands with it.
 */
char *expectations_read_all(struct expectations *e);
void expectations_free(struct expectations *e);

#endif
