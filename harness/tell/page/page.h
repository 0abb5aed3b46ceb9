/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_PAGE_H
#define TELL_PAGE_H

#include "judge/expectations.h"

/*
 * page() - write @directory/index.html, which needs no other file: what the @nr records
 * of @paths show of all of @e, with the comments over cases in @sources, which may be
 * NULL.  The directory is made if it does not exist.
 *
 * Return NULL, or an error that the caller frees.  For a torn record, the page is made,
 * and shows that it is torn; after any other error no page is made, and an old one stays.
 */
char *page(char **paths, size_t nr, struct expectations *e, const char *sources,
	   const char *directory);

#endif
