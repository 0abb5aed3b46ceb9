/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record with all of its results, for those who set records beside each other.
 */
#ifndef TELL_JUDGED_H
#define TELL_JUDGED_H

#include "judge/session.h"

struct judged {
	struct facts facts;
	struct result *results;		/* copies */
	size_t nr;
	const struct seen **by_id;	/* all observations of all results, sorted */
	size_t nr_seen;
	char *failed;			/* how the run itself failed, or is torn; NULL */
};

/*
 * judged_read() - judge the record @path; "-" is standard input.
 * Returns NULL, or an error that the caller frees.
 */
char *judged_read(struct judged *j, const char *path, struct expectations *e);
void judged_free(struct judged *j);

/*
 * judged_name() - what record @n of the @nr @paths is called beside the others: its
 * path, without what all have in common and without its suffix.  The caller frees it.
 */
char *judged_name(char **paths, size_t nr, size_t n);

/* judged_find() - the observation called @id, or NULL. */
const struct seen *judged_find(const struct judged *j, const char *id);

#endif
