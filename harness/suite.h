/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cases with their expectations, and which of their variants to run.
 */
#ifndef HARNESS_SUITE_H
#define HARNESS_SUITE_H

#include "run/case.h"
#include "judge/expected.h"

struct suite_case {
	struct case_file file;
	struct expected expected;
	char *broken;			/* why it cannot run; NULL */
	bool *selected;			/* one a variant */
};

struct suite {
	struct suite_case *cases;	/* by name */
	size_t nr_cases;
};

/*
 * suite_read() - read every payload, *.elf in @cases, and expected/CASE of each.
 * Expectations without a payload are a case that cannot be read.
 * Returns NULL, or an error that the caller frees.
 */
char *suite_read(struct suite *s, const char *cases, const char *expected);

/*
 * suite_select() - select @what: CASE, CASE.VARIANT, or the path of a payload
 * (anything with a '/'), which is read if it is not there yet.
 * Returns NULL, or an error that names the near ones; the caller frees it.
 */
char *suite_select(struct suite *s, const char *what, const char *expected);
void suite_select_all(struct suite *s);

/* suite_check() - an error if a case is selected twice, which the caller frees; else NULL. */
char *suite_check(const struct suite *s);
bool suite_is_selected(const struct suite_case *c);

void suite_free(struct suite *s);

#endif
