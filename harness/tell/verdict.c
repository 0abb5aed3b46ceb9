// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/judged.h"
#include "text.h"

/* Return whether @name, a check, observation, variant or case, includes observation @s of @r. */
static bool is_meant(const struct result *r, const struct seen *s, const char *name)
{
	size_t n = strlen(name);

	/* How a guest ended shows no observation: count it only if @name names it. */
	if (!s->row && s->verdict == VERDICT_OK)
		return !strcmp(s->id, name) || !strcmp(r->id, name);
	return !strcmp(r->id, name) ||
	       (!strncmp(s->id, name, n) && (!s->id[n] || s->id[n] == '.'));
}

static const char *shown(const struct seen *s)
{
	return s->observed ? s->observed : verdict_name(s->verdict);
}

static bool is_wrong(const struct seen *s, const char *good)
{
	if (good)
		return strcmp(shown(s), good);
	return (s->verdict == VERDICT_DEVIATION && !seen_is_lost(s)) || s->verdict == VERDICT_KNOWN;
}

struct count {
	size_t meant, wrong, unseen, unclear;
	const struct seen *last;
	char *words;			/* what is wrong */
};

static void count(struct count *n, const struct seen *s, const char *good)
{
	n->last = s;
	n->meant++;
	n->unseen += s->verdict == VERDICT_SKIP || s->verdict == VERDICT_MISSING;
	/* The guest may have ended before it, or there was too much noise. */
	n->unclear += s->verdict == VERDICT_MISSING || seen_is_lost(s) || s->skip == SKIP_NOISE;
	if (!is_wrong(s, good))
		return;
	n->wrong++;
	n->words = text_append(n->words, "%s%s = %s", n->words ? ", " : "", s->id, shown(s));
}

char *verdict(const char *path, struct expectations *e, const char *check, const char *good)
{
	struct judged j = {};
	struct count n = {};
	char *error = judged_read(&j, path, e);

	for (size_t i = 0; i < j.nr && !error; i++) {
		const struct result *r = &j.results[i];

		for (size_t k = 0; k < r->nr; k++) {
			if (is_meant(r, &r->list[k], check))
				count(&n, &r->list[k], good);
		}
	}
	if (!error)
		printf("%s\t%s\n", n.unseen == n.meant || (n.unclear && (good || !n.wrong)) ? "skip" :
		       n.wrong ? "bad" : "good",
		       !n.meant ? "not there" : n.meant == 1 ? shown(n.last) :
		       n.words ? n.words : "as documented");
	free(n.words);
	judged_free(&j);
	return error;
}
