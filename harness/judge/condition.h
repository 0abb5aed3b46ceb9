/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * "on vendor=amd|intel kernel>=6.3": the platforms that a line of expected/
 * applies to.
 */
#ifndef JUDGE_CONDITION_H
#define JUDGE_CONDITION_H

#include "record/facts.h"

enum operator { EQUAL, NOT_EQUAL, AT_LEAST, BELOW };

struct term {
	char *key;
	enum operator operator;
	char *value;			/* alternatives with '|' */
};

struct condition {
	struct term *terms;		/* all must hold; none: holds everywhere */
	size_t nr_terms;
};

/*
 * condition_add() - parse one term, "KEY=VALUE", "KEY!=VALUE", "KEY>=VERSION" or
 * "KEY<VERSION", and add it.  Return NULL, or what is wrong with it.
 */
char *condition_add(struct condition *c, const char *term);
void condition_free(struct condition *c);

/*
 * condition_holds() - whether @c holds for @facts.  A fact that is missing equals
 * no value, and has no version.
 */
bool condition_holds(const struct condition *c, const struct facts *facts);

/* condition_implies() - whether @b holds wherever @a does, as far as their text tells. */
bool condition_implies(const struct condition *a, const struct condition *b);

/* condition_text() - return @c as written; NULL: it has no terms.  The caller frees it. */
char *condition_text(const struct condition *c);

/* version_compare() - compare "6.12.107" with "6.3" by number: <0, 0 or >0. */
int version_compare(const char *a, const char *b);

#endif
