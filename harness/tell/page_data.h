/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a page shows, as JSON: what many cells have in common stands there once.
 *
 *	verdicts	names, and in this order the numbers that cells have
 *	platforms	{ name, file, failed, facts }, one a record
 *	statements	[document, section, since, words, nothing to check: why]
 *	rows		of expected/: [documented, on, why not seen, statement, decided by,
 *			[known, on, why]...]
 *	lines		of records: [is it a note, text, number...]
 *	cells		[verdict, observed, reason, row, number of the known, lines]
 *	checks		[id, row, cell of each platform or null]
 *	cases		{ NAME: the comment over its source }
 */
#ifndef TELL_PAGE_DATA_H
#define TELL_PAGE_DATA_H

#include "tell/judged.h"

/*
 * page_data() - of @records, read from @paths, and of all checks of @e; comments from
 * @sources, which may be NULL.  As text that can stand within <script>; the caller frees it.
 */
char *page_data(const struct judged *records, char **paths, size_t nr,
		const struct expectations *e, const char *sources);

#endif
