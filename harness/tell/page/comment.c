// SPDX-License-Identifier: GPL-2.0-only
#include "tell/page/data.h"

#include <stdlib.h>
#include <string.h>

#include "judge/source.h"
#include "text.h"

struct comment {
	enum { BEFORE, WITHIN, BEHIND } at;
	char *text;
};

/* Take a line of the first block comment, whose delimiters have their own lines; drop " * ". */
static char *take_line(void *context, char *line, unsigned int number)
{
	struct comment *c = context;

	(void)number;
	if (c->at == BEFORE && !strcmp(line, "/*")) {
		c->at = WITHIN;
	} else if (c->at == WITHIN && !strcmp(line, " */")) {
		c->at = BEHIND;
	} else if (c->at == WITHIN) {
		line += strspn(line, " ");
		line += *line == '*';
		line += *line == ' ';
		c->text = text_append(c->text, "%s%s", c->text ? "\n" : "", line);
	}
	return NULL;
}

char *comment_read(const char *directory, const char *name)
{
	char *path = text("%s/%s.c", directory, name), *words, *error;
	struct comment comment = { BEFORE, NULL };
	size_t size;

	error = source_read(path, &words, &size);
	if (!error)
		error = source_parse(path, words, size, take_line, &comment);
	free(error);
	free(words);
	free(path);
	return comment.text;
}
