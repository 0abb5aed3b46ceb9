/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * "reason NAME: WHY", which may go on in indented lines: the WHY of values that have only
 * its name there.
 */
#ifndef JUDGE_REASON_H
#define JUDGE_REASON_H

#include <stdbool.h>

#include "judge/value.h"

struct reason {
	char *name, *words;
	unsigned int line;
	bool used;
};

struct reasons {
	struct reason *list;
	size_t nr;
};

/* name_validate() - NULL if @name is one, of a-z, 0-9 and '-'; else an error to be freed. */
char *name_validate(const char *name);

/* reasons_add() - parse @s, "NAME: WHY", of line @line.  Returns NULL, or what is wrong. */
char *reasons_add(struct reasons *r, char *s, unsigned int line);

/* reasons_continue() - add @s to the last one. */
void reasons_continue(struct reasons *r, const char *s);

/*
 * reasons_resolve() - put the words of a reason in place of its name, if @v has one.
 * reasons_end() - whether all of them were used.
 * Return NULL, or "@path:LINE: what is wrong" that the caller frees.
 */
char *reasons_resolve(struct reasons *r, struct value *v, const char *path);
char *reasons_end(const struct reasons *r, const char *path);
void reasons_free(struct reasons *r);

#endif
