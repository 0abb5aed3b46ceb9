/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of expected/ as text: split into lines, with "{a,b}" expanded.
 */
#ifndef JUDGE_SOURCE_H
#define JUDGE_SOURCE_H

#include <stddef.h>

#define MAX_ALTERNATIVES	256	/* that one pattern stands for */

/* Parse @line, which may be modified; return NULL, or what is wrong with it. */
typedef char *(*source_line)(void *context, char *line, unsigned int number);

/*
 * source_parse() - call @line for each line of @size bytes at @words.
 * Return NULL, or "PATH:LINE: what is wrong" that the caller frees.
 */
char *source_parse(const char *path, const char *words, size_t size, source_line line,
		   void *context);

/* source_read() - read the file @path.  Return NULL with *@words, or an error; the caller frees. */
char *source_read(const char *path, char **words, size_t *size);

/*
 * source_expand() - expand "a.{b,c.{d,e}}" and "a{0..7}" to all that it stands for, at most
 * MAX_ALTERNATIVES @words, which the caller frees.  Return NULL, or what is wrong with it.
 */
char *source_expand(const char *pattern, char **words, size_t *n);

#endif
