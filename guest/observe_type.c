// SPDX-License-Identifier: GPL-2.0-only
/*
 * A memory type, observed in both ways, which must agree.
 */
#include "case.h"

static struct {
	bool both, differ;
	const char *why_not;		/* both could not be seen */
} agreement;

static bool is_unseen(const char *value)
{
	return value[0] == UNSEEN[0];
}

/* A latency does not tell WP from WT, or WC from UC. */
static bool look_alike(const char *effective, const char *given)
{
	char last = given[1] == 'p' ? 't' : given[1];

	return effective[1] == last;
}

void observe_type(const char *key, volatile void *page)
{
	const char *effective = memory_type(page), *given;

	observef("%s.effective = %s", key, effective);
	given = given_type(page);
	observef("%s.given = %s", key, given);
	if (is_unseen(effective) || is_unseen(given)) {
		agreement.why_not = is_unseen(effective) ? effective : given;
		return;
	}
	agreement.both = true;
	if (!look_alike(effective, given) && !agreement.differ) {
		agreement.differ = true;
		note("%s: what is measured is %s, what is given is %s", key, effective, given);
	}
}

void observe_page(void *key)
{
	observe_type(key, page_under_test);
}

void observe_agreement(void)
{
	observe("measured-and-given", !agreement.both ? agreement.why_not :
		agreement.differ ? "disagree" : "agree");
}
