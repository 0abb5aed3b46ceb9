/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TELL_PAGE_H
#define TELL_PAGE_H

#include "judge/expectations.h"

/*
 * page() - write @directory/index.html, which needs nothing else: what the @nr records
 * of @paths show of all of @e, with the comments over cases in @sources, which may be
 * NULL.  The directory is made if it is not there.
 *
 * Returns NULL, or an error that the caller frees.  A torn record is one, and still on
 * the page as what it is; after any other there is no page, or the one that was.
 */
char *page(char **paths, size_t nr, struct expectations *e, const char *sources,
	   const char *directory);

#endif
