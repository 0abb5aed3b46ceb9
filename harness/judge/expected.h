/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expected/CASE: what every platform must show, and where that is documented;
 * kvm-errata-expected(5) has the grammar.
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

/* One line of checks, with its "known" lines. */
struct row {
	char **ids;			/* "VARIANT.KEY", of each check that it stands for */
	size_t nr_ids;
	struct value documented;
	struct value *known;		/* what the code does instead, in order */
	const struct statement *statement;
	const char *decided_by;
	unsigned int line;
};

struct expected {
	char *path;
	struct statement **statements;
	size_t nr_statements;
	char **decided_by;
	size_t nr_decided_by;
	struct row **rows;		/* in the order of the file */
	size_t nr_rows;
	const char **checks;		/* the ids of all rows, each once, in that order */
	size_t nr_checks;
};

/*
 * expected_read() - read expected/CASE.
 *
 * Returns NULL, or "FILE:LINE: what is wrong, expected ..." that the caller
 * frees.
 */
char *expected_read(struct expected *e, const char *path);

void expected_free(struct expected *e);

/* check_key() - the key of check @id of @variant, or NULL if it belongs to another. */
static inline const char *check_key(const char *id, const char *variant)
{
	size_t n = strlen(variant);

	return !strncmp(id, variant, n) && id[n] == '.' ? id + n + 1 : NULL;
}

/* row_has() - whether @r stands for check @id. */
bool row_has(const struct row *r, const char *id);

/* expected_first() - the first row that stands for check @id, one of e->checks. */
const struct row *expected_first(const struct expected *e, const char *id);

/* The row that counts for check @id where these are the facts, and its known value; may be NULL. */
const struct row *expected_row(const struct expected *e, const char *id, const struct facts *facts);
const struct value *expected_known(const struct row *r, const struct facts *facts);

#endif
