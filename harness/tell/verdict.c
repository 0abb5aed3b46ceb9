// SPDX-License-Identifier: GPL-2.0-only
#include "tell/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/judged.h"
#include "text.h"

/* The checks that a name stands for: a check, a variant or a whole case. */
static bool is_meant(const char *id, const char *check)
{
	size_t n = strlen(check);

	return !strncmp(id, check, n) && (!id[n] || id[n] == '.');
}

static const char *seen(const struct result *r)
{
	return r->observed ? r->observed : verdict_name(r->verdict);
}

static bool is_wrong(const struct result *r, const char *good)
{
	if (good)
		return strcmp(seen(r), good);
	return (r->verdict == VERDICT_DEVIATION && !result_is_ours(r)) || r->verdict == VERDICT_KNOWN;
}

char *verdict(const char *path, struct expectations *e, const char *check, const char *good)
{
	size_t meant = 0, wrong = 0, unseen = 0, unclear = 0;
	const struct result *last = NULL;
	char *error, *words = NULL;
	struct judged j = {};

	error = judged_read(&j, path, e);
	for (size_t i = 0; i < j.nr && !error; i++) {
		const struct result *r = &j.results[i];

		/* That the guest came to its end says nothing of what it was to see. */
		if (!is_meant(r->id, check) ||
		    (!r->row && r->verdict == VERDICT_OK && strcmp(r->id, check)))
			continue;
		last = r;
		meant++;
		unseen += r->verdict == VERDICT_SKIP || r->verdict == VERDICT_MISSING;
		/* The guest may have ended before it, or there was too much noise. */
		unclear += r->verdict == VERDICT_MISSING || result_is_ours(r) || r->by_chance;
		if (!is_wrong(r, good))
			continue;
		wrong++;
		words = text_append(words, "%s%s = %s", words ? ", " : "", r->id, seen(r));
	}
	if (!error)
		printf("%s\t%s\n", unseen == meant || (unclear && (good || !wrong)) ? "skip" :
		       wrong ? "bad" : "good",
		       !meant ? "not there" : meant == 1 ? seen(last) :
		       words ? words : "as documented");
	free(words);
	judged_free(&j);
	return error;
}
