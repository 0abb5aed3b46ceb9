// SPDX-License-Identifier: GPL-2.0-only
#include "judge/expectations.h"

#include <stdlib.h>
#include <string.h>

#include "judge/source.h"
#include "judge/value.h"
#include "text.h"

static char *parse_line(void *context, char *s, unsigned int number)
{
	struct backgrounds *b = context;
	struct background *last = b->nr ? &b->list[b->nr - 1] : NULL;
	bool indented = *s == ' ' || *s == '\t';
	char *document, *open, *close;

	(void)number;
	s = value_trim(s);
	if (!*s || *s == '#')
		return NULL;
	if (indented) {
		if (!last)
			return text("indented, expected DOCUMENT \"SECTION\": WHY above it");
		last->words = text_append(last->words, "%s%s", last->words ? " " : "", s);
		return NULL;
	}
	document = value_word(&s);
	open = s ? strchr(s, '"') : NULL;
	close = open ? strstr(open + 1, "\": ") : NULL;
	if (!close || !close[3])
		return text("expected DOCUMENT \"SECTION\": WHY");
	APPEND(b->list, b->nr, (struct background) {
		text("%s", document), text("%.*s", (int)(close - open - 1), open + 1),
		text("%s", close + 3), NULL,
	});
	return NULL;
}

char *background_read(struct backgrounds *b, const char *path)
{
	char *words, *error;
	size_t size;

	error = source_read(path, &words, &size);
	if (!error)
		error = source_parse(path, words, size, parse_line, b);
	free(words);
	return error;
}

void background_free(struct backgrounds *b)
{
	for (size_t i = 0; i < b->nr; i++) {
		free(b->list[i].document);
		free(b->list[i].section);
		free(b->list[i].why);
		free(b->list[i].words);
	}
	free(b->list);
}
