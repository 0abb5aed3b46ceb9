// SPDX-License-Identifier: GPL-2.0-only
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *xrealloc(void *old, size_t size)
{
	void *new = realloc(old, size);

	if (!new) {
		fputs("Bail out! out of memory\n", stdout);
		fflush(stdout);
		_Exit(99);
	}
	return new;
}

static char *format_text(size_t keep, char *old, const char *format, va_list args)
{
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	old = xrealloc(old, keep + n + 1);
	vsnprintf(old + keep, n + 1, format, args);
	return old;
}

char *text(const char *format, ...)
{
	va_list args;
	char *s;

	va_start(args, format);
	s = format_text(0, NULL, format, args);
	va_end(args);
	return s;
}

char *text_printable(const char *s)
{
	char *copy = text("%s", s);

	for (char *p = copy; *p; p++) {
		if (*p < ' ' || *p > '~')
			*p = '?';
	}
	return copy;
}

char *text_append(char *old, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	old = format_text(old ? strlen(old) : 0, old, format, args);
	va_end(args);
	return old;
}

#define LONGEST	64

unsigned int text_distance(const char *a, const char *b)
{
	unsigned int row[LONGEST + 1];
	size_t n = strnlen(b, LONGEST);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			unsigned int best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

char *text_next(const char **s, const char *separator)
{
	const char *from = *s;
	size_t n;

	if (!from)
		return NULL;
	n = strcspn(from, separator);
	*s = from[n] ? from + n + 1 : NULL;
	return text("%.*s", (int)n, from);
}

bool text_is_one_of(const char *value, const char *alternatives)
{
	size_t length = strlen(value);

	for (const char *a = alternatives; ; a += strcspn(a, "|") + 1) {
		if (strcspn(a, "|") == length && !strncmp(a, value, length))
			return true;
		if (!a[strcspn(a, "|")])
			return false;
	}
}
