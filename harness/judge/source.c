// SPDX-License-Identifier: GPL-2.0-only
#include "judge/source.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

#define MAX_SIZE	(1 << 20)
#define MAX_LINE	4096		/* limits the recursion of source_expand() */

char *source_parse(const char *path, const char *words, size_t size, source_line parse,
		   void *context)
{
	const char *end = words + size;
	unsigned int number = 0;
	char *what = NULL, *error;

	while (!what && words < end) {
		const char *newline = memchr(words, '\n', end - words);
		size_t n = newline ? (size_t)(newline - words) : (size_t)(end - words);
		char *line = text("%.*s", (int)n, words);

		number++;
		if (strlen(line) != n)
			what = text("a NUL byte, expected text");
		else if (n > MAX_LINE)
			what = text("%zu bytes, expected at most %d in a line", n, MAX_LINE);
		else
			what = parse(context, line, number);
		words += n + 1;
		free(line);
	}
	error = what ? text("%s:%u: %s", path, number, what) : NULL;
	free(what);
	return error;
}

char *source_read(const char *path, char **words, size_t *size)
{
	char *error = NULL;
	int fd = file_open(path, MAX_SIZE, &error);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	size_t n;

	*words = NULL;
	*size = 0;
	if (!f) {
		char *what = error;

		error = text("%s %s", path, what ? what : strerror(errno));
		free(what);
		if (fd >= 0)
			close(fd);
		return error;
	}
	do {
		*words = xrealloc(*words, *size + BUFSIZ);
		n = fread(*words + *size, 1, BUFSIZ, f);
		*size += n;
	} while (n);
	if (ferror(f))
		error = text("%s: %s", path, strerror(errno));
	fclose(f);
	return error;
}

/* Return the end of the alternative at @p: the first ',' or '}' that is not in an inner brace. */
static const char *alternative_end(const char *p)
{
	for (int depth = 0; *p; p++) {
		if (depth == 0 && (*p == ',' || *p == '}'))
			return p;
		depth += *p == '{' ? 1 : *p == '}' ? -1 : 0;
	}
	return NULL;
}

/* Expand "{FIRST..LAST}" to each number from FIRST to LAST. */
static char *expand_range(const char *pattern, const char *open, const char *close, char **words,
			  size_t *n)
{
	unsigned long first = strtoul(open + 1, NULL, 10);
	unsigned long last = strtoul(strstr(open, "..") + 2, NULL, 10);
	char *error = NULL;

	if (first > last)
		return text("a range that runs backwards, expected {%lu..%lu}", last, first);
	for (; first <= last && !error; first++) {
		char *one = text("%.*s%lu%s", (int)(open - pattern), pattern, first, close + 1);

		error = source_expand(one, words, n);
		free(one);
	}
	return error;
}

static bool is_range(const char *open, const char *close)
{
	const char *digits = "0123456789", *dots = open + 1 + strspn(open + 1, digits);

	return dots > open + 1 && !strncmp(dots, "..", 2) && dots + 2 < close &&
	       dots + 2 + strspn(dots + 2, digits) == close;
}

/* Expand the first brace, and recurse for the others. */
char *source_expand(const char *pattern, char **words, size_t *n)
{
	const char *open = strchr(pattern, '{'), *close, *p, *end;
	char *error = NULL;

	if (!open) {
		if (*n == MAX_ALTERNATIVES)
			return text("stands for more than %d observations", MAX_ALTERNATIVES);
		words[(*n)++] = text("%s", pattern);
		return NULL;
	}
	for (close = alternative_end(open + 1); close && *close == ','; )
		close = alternative_end(close + 1);
	if (!close)
		return text("'{' without '}'");
	if (is_range(open, close))
		return expand_range(pattern, open, close, words, n);
	for (p = open + 1; p <= close && !error; p = end + 1) {
		char *one;

		end = alternative_end(p);
		one = text("%.*s%.*s%s", (int)(open - pattern), pattern, (int)(end - p), p,
			   close + 1);
		error = source_expand(one, words, n);
		free(one);
	}
	return error;
}
