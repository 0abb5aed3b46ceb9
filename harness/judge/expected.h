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
	unsigned int line;
};

/* A pattern of observations, the documented value, and its "known" lines. */
struct row {
	char **ids;			/* "VARIANT.KEY" of each observation */
	size_t nr_ids;
	struct value documented;
	struct value *known;		/* what KVM does instead, in order */
	unsigned int line;
};

/* A sentence that is true or false on a platform, and the observations that decide it. */
struct check {
	char *name;			/* its id is CASE.NAME */
	char *sentence;
	const struct statement *statement;
	const char *decided_by;
	struct row **rows;		/* in the order of the file */
	size_t nr_rows;
	const char **ids;		/* the ids of all rows, each once, in that order */
	size_t nr_ids;
	unsigned int line;
};

struct expected {
	char *path;
	struct statement **statements;
	size_t nr_statements;
	char **decided_by;
	size_t nr_decided_by;
	struct check **checks;		/* in the order of the file */
	size_t nr_checks;
	struct reasons reasons;
};

/*
 * expected_read() - read expected/CASE.
 *
 * Return NULL, or "FILE:LINE: what is wrong, expected ..." that the caller
 * frees.
 */
char *expected_read(struct expected *e, const char *path);

void expected_free(struct expected *e);

/* observation_key() - the key of observation @id of @variant, or NULL if it belongs to another. */
static inline const char *observation_key(const char *id, const char *variant)
{
	size_t n = strlen(variant);

	return !strncmp(id, variant, n) && id[n] == '.' ? id + n + 1 : NULL;
}

/* check_has_variant() - whether an observation of @c is of @variant. */
bool check_has_variant(const struct check *c, const char *variant);

/* expected_check() - the check called @name, or NULL. */
const struct check *expected_check(const struct expected *e, const char *name);

/* expected_owner() - the check that observation @id belongs to, or NULL. */
const struct check *expected_owner(const struct expected *e, const char *id);

/* row_has() - whether @id is an observation of @r. */
bool row_has(const struct row *r, const char *id);

/* check_row() - the first row of @c for observation @id that holds for @facts; may be NULL. */
const struct row *check_row(const struct check *c, const char *id, const struct facts *facts);

/* row_known() - the first known value of @r that holds for @facts; may be NULL. */
const struct value *row_known(const struct row *r, const struct facts *facts);

#endif
