/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text in allocated memory, for messages and for what is read from files.
 */
#ifndef HARNESS_TEXT_H
#define HARNESS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* text() - format; the caller frees it.  Exit with status 99 if out of memory. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* text_append() - format at the end of @old, which may be NULL and is freed. */
char *text_append(char *old, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* text_printable() - return a copy on one line, with '?' for all but printable ASCII. */
char *text_printable(const char *s);

/* Like realloc(), but exit with status 99 if out of memory. */
void *xrealloc(void *old, size_t size);

/* APPEND() - add an element to the end of @list, which has @nr. */
#define APPEND(list, nr, ...)						\
	do {								\
		(list) = xrealloc(list, ((nr) + 1) * sizeof(*(list)));	\
		(list)[nr] = __VA_ARGS__;				\
		(nr)++;							\
	} while (0)

/* text_next() - return a copy of *@s up to @separator, and move *@s past it; NULL at the end. */
char *text_next(const char **s, const char *separator);

/* text_is_one_of() - whether @value is one of @alternatives, "A|B|C". */
bool text_is_one_of(const char *value, const char *alternatives);

/* text_distance() - how many single-character edits lie between @a and @b. */
unsigned int text_distance(const char *a, const char *b);

#endif
