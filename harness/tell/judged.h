/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A record with all of its results, for those who set records beside each other.
 */
#ifndef TELL_JUDGED_H
#define TELL_JUDGED_H

#include "judge/session.h"

struct judged_result {
	char *id;			/* CASE.VARIANT.KEY */
	enum verdict verdict;
	char *observed;			/* NULL: nothing */
	bool by_chance;
};

struct judged {
	struct facts facts;
	struct judged_result *results;
	size_t nr;
};

/*
 * judged_read() - judge the record @path; "-" is standard input.
 * Returns NULL, or an error that the caller frees.
 */
char *judged_read(struct judged *j, const char *path, struct expectations *e);
void judged_free(struct judged *j);

/* judged_find() - the result called @id, or NULL. */
const struct judged_result *judged_find(const struct judged *j, const char *id);

#endif
