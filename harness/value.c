// SPDX-License-Identifier: GPL-2.0-only
#include "value.h"

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

/* " on KEY=..." in a reason is a condition that stands behind the colon. */
static bool has_condition(const char *why)
{
	for (const char *s = why; (s = strstr(s, "on ")); s += 3) {
		char *key = text("%.*s", (int)strcspn(s + 3, " =!<>"), s + 3);
		bool known = (s == why || s[-1] == ' ') && platform_knows(key) &&
			     s[3 + strlen(key)] && strchr("=!<>", s[3 + strlen(key)]);

		free(key);
		if (known)
			return true;
	}
	return false;
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
	while ((w = value_word(&s))) {
		if (!on && !strcmp(w, "on")) {
			on = true;
		} else if (!strcmp(w, "unverified")) {
			v->unverified = true;
			on = false;
		} else if (on) {
			char *error = condition_add(&v->on, w);

			if (error)
				return error;
		} else {
			return text("\"%s\" is unknown here, expected \"on\", \"unverified\" or "
				    "\": WHY\"", w);
		}
	}
	if (on && !v->on.nr_terms)
		return text("nothing follows \"on\", expected a condition");
	if (!v->value && !v->why)
		return text("a skip without its reason, expected \": WHY\"");
	return NULL;
}

static void copy_condition(struct condition *to, const struct condition *from)
{
	for (size_t i = 0; i < from->nr_terms; i++) {
		char *term = condition_text(&from->terms[i]);

		free(condition_add(to, term));
		free(term);
	}
}

void value_copy(struct value *to, const struct value *from)
{
	*to = (struct value) {
		.value = from->value ? text("%s", from->value) : NULL,
		.why = from->why ? text("%s", from->why) : NULL,
		.unverified = from->unverified,
	};
	copy_condition(&to->on, &from->on);
}

void value_free(struct value *v)
{
	condition_free(&v->on);
	free(v->value);
	free(v->why);
}
