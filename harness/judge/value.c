// SPDX-License-Identifier: GPL-2.0-only
#include "judge/value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Cut the next word off *@s; NULL at the end. */
char *value_word(char **s)
{
	char *w = *s + strspn(*s, " \t");

	if (!*w)
		return NULL;
	*s = w + strcspn(w, " \t");
	if (**s)
		*(*s)++ = '\0';
	return w;
}

char *value_trim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s + strspn(s, " \t");
}

/* Return whether all of @words are conditions. */
static bool are_conditions(const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " "), key = strcspn(words, "=!<>");
		char *name = text("%.*s", (int)key, words);
		bool known = key < n && fact_is_known(name);

		free(name);
		if (!known)
			return false;
		words += n + strspn(words + n, " ");
	}
	return true;
}

/* Return whether @why ends in "on CONDITION...", which belongs before the colon. */
static bool has_condition(const char *why)
{
	for (const char *s = why; (s = strstr(s, "on ")); s += 3) {
		if ((s == why || s[-1] == ' ') && are_conditions(s + 3))
			return true;
	}
	return false;
}

static char *no_class(void)
{
	char *names = NULL, *error;

	for (enum skip_class skip = SKIP_NONE + 1; skip < NR_SKIP_CLASSES; skip++)
		names = text_append(names, "%s%s", names ? ", " : "", skip_name(skip));
	error = text("a skip without its class, expected one of %s", names);
	free(names);
	return error;
}

char *value_parse(char *s, struct value *v)
{
	char *why = strstr(s, ": "), *w;
	bool on = false;

	if (why) {
		*why = '\0';
		v->why = text("%s", value_trim(why + 2));
		if (has_condition(v->why))
			return text("the condition is part of WHY, expected it before the \":\"");
	}
	w = value_word(&s);
	if (!w)
		return text("no value, expected one word");
	if (strcmp(w, "skip"))
		v->value = text("%s", w);
	else if (!(w = value_word(&s)) || !(v->skip = skip_of_name(w, strlen(w))))
		return no_class();
	while ((w = value_word(&s))) {
		if (!on && !strcmp(w, "on")) {
			on = true;
		} else if (on) {
			char *error = condition_add(&v->on, w);

			if (error)
				return error;
		} else {
			return text("\"%s\" is unknown here, expected \"on\" or \": WHY\"", w);
		}
	}
	if (on && !v->on.nr_terms)
		return text("nothing follows \"on\", expected a condition");
	if (!v->value && !v->why)
		return text("a skip without its reason, expected \": WHY\"");
	return NULL;
}

void value_free(struct value *v)
{
	condition_free(&v->on);
	free(v->value);
	free(v->why);
}
