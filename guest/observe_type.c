// SPDX-License-Identifier: GPL-2.0-only
/*
 * A memory type, observed as measured and as given to the CPU, which must agree.
 */
#include "case.h"
#include "memory_type.h"

static struct {
	bool both, differ;
	const char *why_not;		/* why one of them could not be seen */
} agreement;

static bool is_unseen(const char *value)
{
	return value[0] < NR_SKIP_CLASSES;
}

/* Latencies cannot tell WP from WT, or WC from UC. */
static bool look_alike(const char *effective, const char *given)
{
	char last = given[1] == 'p' ? 't' : given[1];

	return effective[1] == last;
}

void observe_type(const char *scope, volatile void *page)
{
	const char *effective = memory_type(page), *given;

	SCOPE(scope);
	observe("effective", effective);
	given = given_type(page);
	observe("given", given);
	if (is_unseen(effective) || is_unseen(given)) {
		agreement.why_not = is_unseen(effective) ? effective : given;
		return;
	}
	agreement.both = true;
	if (!look_alike(effective, given) && !agreement.differ) {
		agreement.differ = true;
		note("measured is %s, given is %s", effective, given);
	}
}

void observe_page(void)
{
	observe_type(NULL, page_under_test);
}

void observe_agreement(void)
{
	observe("measured-and-given", !agreement.both ? agreement.why_not :
		agreement.differ ? "disagree" : "agree");
}
