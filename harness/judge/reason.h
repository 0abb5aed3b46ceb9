/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * "reason NAME: WHY", which may continue in indented lines: values that have NAME in place
 * of their WHY get this WHY.
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
	bool open;			/* an indented line continues the reason above */
};

/* name_validate() - NULL if @name consists of a-z, 0-9 and '-'; else an error to be freed. */
char *name_validate(const char *name);

/*
 * reasons_take() - parse @s, line @line without its indentation, if it begins or continues
 * a reason; return whether it does.  *@error is then NULL, or an error that the caller frees.
 */
bool reasons_take(struct reasons *r, char *s, bool indented, unsigned int line, char **error);

/*
 * reasons_resolve() - replace the name of a reason in @v, if there is one, with its words.
 * reasons_end() - refuse a reason that no value has named.
 * Both return NULL, or an error that begins with "@path:LINE: " and that the caller frees.
 */
char *reasons_resolve(struct reasons *r, struct value *v, const char *path);
char *reasons_end(const struct reasons *r, const char *path);
void reasons_free(struct reasons *r);

#endif
