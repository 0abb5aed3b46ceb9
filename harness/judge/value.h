/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The value in a line of expected/:
 * "VALUE [on CONDITION...][: WHY]", or
 * "skip CLASS [on CONDITION...]: WHY".
 */
#ifndef JUDGE_VALUE_H
#define JUDGE_VALUE_H

#include "judge/condition.h"
#include "record/report.h"

struct value {
	struct condition on;
	char *value;			/* NULL: cannot be seen there */
	enum skip_class skip;		/* of a skip */
	char *why;			/* of a known value or a skip */
	unsigned int line;
	struct value *next;
};

/*
 * value_parse() - parse @s, which is modified.  Return NULL, or an error that the
 * caller frees; the caller also frees @v, even after an error.
 */
char *value_parse(char *s, struct value *v);
void value_free(struct value *v);

/* value_word() - cut the next word off *@s; NULL at the end. */
char *value_word(char **s);

/* value_trim() - cut the white space around @s off, in place, and return its beginning. */
char *value_trim(char *s);

#endif
