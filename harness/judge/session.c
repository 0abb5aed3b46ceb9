// SPDX-License-Identifier: GPL-2.0-only
#include "judge/judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record/read.h"
#include "text.h"

static void tell(const struct result *r, void *context)
{
	struct session *s = context;

	s->tally.verdicts[r->verdict]++;
	s->tally.nr++;
	s->tally.shown += result_shown(r);
	s->tally.observations += r->check ? r->nr : 0;
	s->tally.by_chance |= r->by_chance;
	SAY(s->sinks, s->nr_sinks, result, r);
}

static const struct expectation *expectation_of(const struct session *s, const char *variant)
{
	return expectations_of(s->expectations, variant, strcspn(variant, "."));
}

/* Return whether entry @n of the plan and the entry before it are of the same case. */
static bool is_same_case(const struct plan *plan, size_t n)
{
	const char *name = plan->list[n].name;
	size_t length = strcspn(name, ".") + 1;

	return n && strchr(name, '.') && !strncmp(plan->list[n - 1].name, name, length);
}

/* Return why entry @n of the plan cannot be read; NULL: it can. */
static const char *broken(const struct session *s, size_t n)
{
	const struct planned *p = &s->plan->list[n];

	return p->unreadable ? p->unreadable : expectation_of(s, p->name)->error;
}

/* Report a case that cannot be read, once for all of its variants in the plan. */
static void tell_broken(struct session *s, size_t n, const char *why)
{
	const char *name = s->plan->list[n].name;
	struct result r = { .verdict = VERDICT_DEVIATION };

	s->tally.failed = "a case could not be read";
	if (is_same_case(s->plan, n))
		return;
	r.id = text("%.*s.description", (int)strcspn(name, "."), name);
	r.sentence = "the payload and its file in expected/ can be read";
	r.reason = why;
	tell(&r, s);
	free(r.id);
}

/* Report the unreadable cases that come before the next variant of the plan. */
static void tell_unreadable(struct session *s)
{
	for (; s->next < s->plan->nr && s->plan->list[s->next].unreadable; s->next++)
		tell_broken(s, s->next, s->plan->list[s->next].unreadable);
}

/* Count the results of the case whose first variant is number @n of the plan. */
static size_t count_case(const struct session *s, size_t n)
{
	const struct expected *e = &expectation_of(s, s->plan->list[n].name)->expected;
	const char **variants = NULL;
	size_t nr = 0, count;

	do
		APPEND(variants, nr, strchr(s->plan->list[n].name, '.') + 1);
	while (++n < s->plan->nr && is_same_case(s->plan, n));
	count = judge_count(e, variants, nr);
	free(variants);
	return count;
}

static void begin(void *context, const struct facts *facts, const struct plan *plan)
{
	struct session *s = context;
	size_t n = 0;

	s->facts = facts;
	s->plan = plan;
	s->next = 0;
	s->tally = (struct tally) {};
	for (size_t i = 0; i < plan->nr; i++) {
		if (!is_same_case(plan, i))
			n += broken(s, i) ? 1 : count_case(s, i);
	}
	SAY(s->sinks, s->nr_sinks, begin, n, facts);
	tell_unreadable(s);
}

static void started(void *context, const char *variant)
{
	struct session *s = context;

	SAY(s->sinks, s->nr_sinks, started, variant);
}

/* Judge a case when its last variant has ended. */
static void ended(void *context, const char *variant, const struct report *report)
{
	struct session *s = context;
	const struct expectation *e = expectation_of(s, variant);
	char *name = text("%.*s", (int)strcspn(variant, "."), variant);
	size_t n = s->next++;

	if (report->end == END_SETUP || report->end == END_NONE)
		s->tally.failed = "a VM could not be set up, or its worker died";
	s->ms += report->ms;
	if (e->error)
		tell_broken(s, n, e->error);
	else
		judge_variant(&s->sights, name, variant + strlen(name) + 1, s->expectations,
			      &e->expected, s->facts, report);
	if (s->next == s->plan->nr || !is_same_case(s->plan, s->next)) {
		if (!e->error)
			judge_case(name, &e->expected, &s->sights, s->ms, tell, s);
		sights_free(&s->sights);
		s->ms = 0;
	}
	free(name);
	tell_unreadable(s);
}

static void complete(void *context, struct completion *c)
{
	struct session *s = context;

	if (c->failed)
		s->tally.failed = c->failed;
	else if (c->torn)
		s->tally.failed = "the record is torn: the run did not complete";
	else if (c->stuck && !s->tally.verdicts[VERDICT_DEVIATION])
		s->tally.failed = "a worker process is stuck in the kernel, and does not die";
	sights_free(&s->sights);
	SAY(s->sinks, s->nr_sinks, end, &s->tally, c);
}

struct listener session_listener(struct session *s)
{
	return (struct listener) { begin, started, ended, complete, s };
}

char *session_read_file(struct session *s, const char *path)
{
	const struct listener listener = session_listener(s);
	FILE *f = record_open(path);
	char *wrong, *error;

	if (!f)
		return text("%s: %s", path, strerror(errno));
	wrong = record_read(f, &listener, 1);
	error = wrong ? text("%s:%s", strcmp(path, "-") ? path : "standard input", wrong) : NULL;
	free(wrong);
	fclose(f);
	return error;
}

enum status session_status(const struct tally *t, enum strictness strictness)
{
	const size_t *n = t->verdicts;

	if (strictness == BISECT) {
		/* A failure of the suite can look like a deviation of KVM. */
		if (t->failed)
			return BISECT_CANNOT_TELL;
		if (n[VERDICT_DEVIATION] || n[VERDICT_KNOWN])
			return DEVIATES;
		if (n[VERDICT_MISSING] || t->by_chance || !t->shown)
			return BISECT_CANNOT_TELL;
		return AS_DOCUMENTED;
	}
	if (t->failed)
		return SUITE_FAILED;
	if (n[VERDICT_DEVIATION] || n[VERDICT_MISSING] || (n[VERDICT_FIXED] && strictness == STRICT))
		return DEVIATES;
	return t->shown ? AS_DOCUMENTED : NOTHING_RAN;
}

enum status session_worse(enum status a, enum status b)
{
	static const enum status best_to_worst[] = {
		NOTHING_RAN, AS_DOCUMENTED, BISECT_CANNOT_TELL, DEVIATES, SUITE_FAILED,
	};
	enum status worse = a;

	for (size_t i = 0; i < sizeof(best_to_worst) / sizeof(*best_to_worst); i++) {
		if (best_to_worst[i] == a || best_to_worst[i] == b)
			worse = best_to_worst[i];
	}
	return worse;
}
