/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record with all of its results, for comparing records.
 */
#ifndef TELL_JUDGED_H
#define TELL_JUDGED_H

#include "judge/judge.h"

struct judged {
	struct facts facts;
	struct result *results;		/* copies */
	size_t nr;
	const struct seen **by_id;	/* all observations of all results, sorted */
	size_t nr_seen;
	char *failed;			/* how the run itself failed, or was torn; NULL */
};

/*
 * judged_read() - judge the record @path; "-" is standard input.
 * Return NULL, or an error that the caller frees.
 */
char *judged_read(struct judged *j, const char *path, struct expectations *e);
void judged_free(struct judged *j);

/*
 * judged_name() - return a short name for record @n of the @nr @paths: its path, without
 * the directories that all have in common and without its suffix.  The caller frees it.
 */
char *judged_name(char **paths, size_t nr, size_t n);

/* judged_find() - the observation called @id, or NULL. */
const struct seen *judged_find(const struct judged *j, const char *id);

#endif
