/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data of a page, as JSON.  A value that many cells share is stored once, and the cells
 * have its index.
 *
 *	verdicts	names; cells and observations have their index
 *	platforms	{ name, file, failed, facts }, one per record
 *	statements	[document, section, since, words]
 *	reasons		CLASS: WHY of a SKIP, or why an observation is missing
 *	rows		of expected/: [documented, on, why not seen, [known, on, why]...]
 *	lines		of records: [is it a note, text, number...]
 *	seen		[which of its check's ids, verdict, observed, reason, row, which known, line...]
 *	cells		[verdict, reason, seen...]
 *	checks		[id, sentence, statement, decided by, [rows], [VARIANT.KEY of each observation],
 *			 cell of each platform, or null...]
 *	cases		{ NAME: the comment over its source }
 */
#ifndef PAGE_DATA_H
#define PAGE_DATA_H

#include "tell/judged.h"

/*
 * page_data() - return the data of @records, read from @paths, and of all checks of @e, with
 * the comments from @sources, which may be NULL: JSON, in the format of zlib,
 * in base64.  The caller frees it.
 */
char *page_data(const struct judged *records, char **paths, size_t nr,
		const struct expectations *e, const char *sources);

/*
 * comment_read() - return the comment over case @name, from its source @directory/CASE.c,
 * without the stars.  NULL: there is no such source, or no comment in it.  The caller
 * frees it.
 */
char *comment_read(const char *directory, const char *name);

#endif
