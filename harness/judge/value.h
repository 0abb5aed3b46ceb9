/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lines of expected/ consist of: conditions, values and reasons.
 */
#ifndef JUDGE_VALUE_H
#define JUDGE_VALUE_H

#include <stdbool.h>

#include "record/facts.h"
#include "record/report.h"

/* "on vendor=amd|intel kernel>=6.3": the platforms that a line applies to. */
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

/* "VALUE [on CONDITION...][: WHY]", or "skip CLASS [on CONDITION...]: WHY". */
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

/*
 * "reason NAME: WHY", which may continue in indented lines: values that have NAME in place
 * of their WHY get this WHY.
 */
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
