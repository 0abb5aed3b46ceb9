/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_COMMENT_H
#define TELL_COMMENT_H

/*
 * comment_read() - return the comment over case @name, from its source @directory/CASE.c,
 * without the stars.  NULL: there is no such source, or no comment in it.  The caller
 * frees it.
 */
char *comment_read(const char *directory, const char *name);

#endif
