// SPDX-License-Identifier: GPL-2.0-only
#include "judge/value.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

char *name_validate(const char *name)
{
	if (!*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		return text("\"%s\" is not a name, expected letters a-z, digits and '-'", name);
	return NULL;
}

static struct reason *find(const struct reasons *r, const char *name)
{
	for (size_t i = 0; i < r->nr; i++) {
		if (!strcmp(r->list[i].name, name))
			return &r->list[i];
	}
	return NULL;
}

/* Parse @s, "NAME: WHY". */
static char *add(struct reasons *r, char *s, unsigned int line)
{
	char *words = strstr(s, ": "), *error;

	if (!words)
		return text("expected \"reason NAME: WHY\"");
	*words = '\0';
	error = name_validate(s);
	if (!error && find(r, s))
		error = text("a second reason %s: the first is in line %u, expected another name", s,
			     find(r, s)->line);
	if (!error)
		APPEND(r->list, r->nr, (struct reason) {
			text("%s", s), text("%s", value_trim(words + 2)), line, false,
		});
	return error;
}

bool reasons_take(struct reasons *r, char *s, bool indented, unsigned int line, char **error)
{
	*error = NULL;
	if (indented && r->open) {
		struct reason *last = &r->list[r->nr - 1];

		last->words = text_append(last->words, " %s", s);
		return true;
	}
	r->open = !indented && !strncmp(s, "reason ", 7);
	if (r->open)
		*error = add(r, s + 7, line);
	return r->open;
}

/* A WHY of one word is the name of a reason. */
char *reasons_resolve(struct reasons *r, struct value *v, const char *path)
{
	struct reason *reason;

	if (!v->why || strchr(v->why, ' '))
		return NULL;
	reason = find(r, v->why);
	if (!reason)
		return text("%s:%u: reason \"%s\" is not defined, expected \"reason %s: WHY\"", path,
			    v->line, v->why, v->why);
	reason->used = true;
	free(v->why);
	v->why = text("%s", reason->words);
	return NULL;
}

char *reasons_end(const struct reasons *r, const char *path)
{
	for (size_t i = 0; i < r->nr; i++) {
		if (!r->list[i].used)
			return text("%s:%u: reason %s is never used, expected its name as a WHY",
				    path, r->list[i].line, r->list[i].name);
	}
	return NULL;
}

void reasons_free(struct reasons *r)
{
	for (size_t i = 0; i < r->nr; i++) {
		free(r->list[i].name);
		free(r->list[i].words);
	}
	free(r->list);
}
