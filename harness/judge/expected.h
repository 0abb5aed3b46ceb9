/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expected/CASE: what every platform must show, and where that is documented.
 *
 *	# a comment
 *	statement errata.rst "MTRRs" since 6.11
 *		the document's words, in one or more indented lines
 *	background errata.rst "MTRRs" since 6.11: why nothing of it can be checked
 *		the document's words
 *	decided by arch/x86/kvm/mtrr.c kvm_mtrr_set_msr()
 *	VARIANT.KEY VALUE [on CONDITION...] [unverified]
 *		known VALUE [on CONDITION...] [unverified]: WHY
 *	VARIANT.KEY skip [on CONDITION...]: WHY
 *
 * " ... " in a document's words stands for words left out.  A check belongs to
 * the statement and the code above it, and no statement is without a check.
 * "{a,b}" in VARIANT.KEY stands for several checks.  The first line of a check
 * that holds on a platform is the one that counts; one that never can, and
 * whatever else looks like a slip, is an error.
 */
#ifndef JUDGE_EXPECTED_H
#define JUDGE_EXPECTED_H

#include <string.h>

#include "judge/value.h"

struct statement {
	char *document;			/* "errata.rst" */
	char *section;
	char *since;			/* the first kernel whose document has it */
	char *words;
	char *background;		/* why there is nothing to check, or NULL */
	unsigned int line;
};

struct row {
	struct value documented;
	struct value *known;		/* what the code does instead, in order */
	const struct statement *statement;
	const char *decided_by;
	unsigned int line;
	struct row *next;		/* of the same check */
};

struct check {
	char *id;			/* "VARIANT.KEY" */
	struct row *rows;
};

struct expected {
	char *path;
	struct statement **statements;
	size_t nr_statements;
	char **decided_by;
	size_t nr_decided_by;
	struct check *checks;		/* in the order of the file */
	size_t nr_checks;
};

/*
 * expected_read() - read expected/CASE.
 *
 * Returns NULL, or "FILE:LINE: what is wrong, expected ..." that the caller
 * frees.
 */
char *expected_read(struct expected *e, const char *path);

/* expected_parse() - the same from @size bytes at @words; @path is for messages. */
char *expected_parse(struct expected *e, const char *path, const char *words, size_t size);
void expected_free(struct expected *e);

/* check_key() - the key of a check of @variant, or NULL if it belongs to another. */
static inline const char *check_key(const struct check *c, const char *variant)
{
	size_t n = strlen(variant);

	return !strncmp(c->id, variant, n) && c->id[n] == '.' ? c->id + n + 1 : NULL;
}

/* The row of @c that counts on @p, and its known value there; may be NULL. */
const struct row *expected_row(const struct check *c, const struct facts *facts);
const struct value *expected_known(const struct row *r, const struct facts *facts);

#endif
