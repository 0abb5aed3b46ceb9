/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a line of expected/ says of its checks:
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
	enum skip_class skip;		/* of one that cannot */
	char *why;			/* of a known or skipped one */
	unsigned int line;
	struct value *next;
};

/*
 * value_parse() - parse @s, which is cut to pieces.  Returns NULL, or what is
 * wrong with it, which the caller frees; @v is to be freed in either case.
 */
char *value_parse(char *s, struct value *v);
void value_free(struct value *v);

/* value_word() - cut the next word off *@s; NULL at the end. */
char *value_word(char **s);

/* value_trim() - @s without the white space around it, cut off in place. */
char *value_trim(char *s);

#endif
