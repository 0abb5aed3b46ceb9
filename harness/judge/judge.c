// SPDX-License-Identifier: GPL-2.0-only
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "record/facts.h"
#include "text.h"

static const char *const verdict_names[NR_VERDICTS] = {
	[VERDICT_OK] = "ok", [VERDICT_KNOWN] = "known", [VERDICT_FIXED] = "fixed",
	[VERDICT_DEVIATION] = "deviation", [VERDICT_SKIP] = "skip",
	[VERDICT_MISSING] = "missing",
};

const char *verdict_name(enum verdict verdict)
{
	return verdict_names[verdict];
}

bool seen_is_lost(const struct seen *s)
{
	return (s->end == END_NONE || s->end == END_SETUP || s->end == END_TORN) &&
	       !(s->row && s->observed);
}

bool result_is_lost(const struct result *r)
{
	for (size_t i = 0; i < r->nr; i++) {
		if (verdict_is_wrong(r->list[i].verdict) && !seen_is_lost(&r->list[i]))
			return false;
	}
	return true;
}

size_t result_shown(const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr; i++)
		n += seen_is_shown(&r->list[i]);
	return n;
}

size_t judge_count(const struct expected *e, const char *const *variants, size_t nr)
{
	size_t n = 1;

	for (size_t c = 0; c < e->nr_checks; c++) {
		size_t v = 0;

		while (v < nr && !check_has_variant(e->checks[c], variants[v]))
			v++;
		n += v < nr;
	}
	return n;
}

static bool is_observation_of(const struct line *line, const char *key)
{
	return line->kind == ENTRY_OBSERVATION && !strcmp(line->key, key);
}

/* Copy @lines, because the report is freed before its case is judged. */
static void keep_lines(struct seen *s, const struct line *lines, size_t nr)
{
	s->lines = xrealloc(NULL, nr * sizeof(*lines) + 1);
	memcpy(s->lines, lines, nr * sizeof(*lines));
	s->nr_lines = nr;
}

/* Find the observation of @key, and keep it with the notes before it. */
static void find_observation(struct seen *r, const struct report *report, const char *key)
{
	size_t notes = 0;

	for (size_t i = 0; i < report->nr_lines; i++) {
		const struct line *line = &report->lines[i];

		if (line->kind == ENTRY_NOTE) {
			notes++;
		} else if (is_observation_of(line, key)) {
			r->observed = text("%s", line->value);
			r->skip = line->skip;
			keep_lines(r, line - notes, notes + 1);
			return;
		} else {
			notes = 0;
		}
	}
}

/* If this platform cannot run the variant to its end, make @r a SKIP and return true. */
static bool is_unseen(struct seen *r, const struct report *report)
{
	if (report->end == END_LACKS || report->end == END_CANNOT_EMULATE || report->end == END_SAVED)
		r->skip = SKIP_HOST;
	else if (report->end == END_NOT_HERE)
		r->skip = SKIP_VENDOR;
	else
		return false;
	r->reason = text("%s", report->why);
	r->verdict = VERDICT_SKIP;
	return true;
}

static void judge_missing(struct seen *r, const struct report *report)
{
	if (is_unseen(r, report))
		return;
	r->reason = text("never observed; the guest ended with %s: %s",
			 end_name(report->end), report->why);
	r->verdict = VERDICT_MISSING;
}

static enum verdict judge_observed(struct seen *r)
{
	const struct value *documented = &r->row->documented;
	const char *why;

	if (r->skip) {
		skip_of_value(r->observed, &why);
		r->reason = text("%s", why);
		return VERDICT_SKIP;
	}
	if (!strcmp(r->observed, documented->value))
		return r->known ? VERDICT_FIXED : VERDICT_OK;
	if (r->known && !strcmp(r->observed, r->known->value))
		return VERDICT_KNOWN;
	return VERDICT_DEVIATION;
}

static void judge_observation(struct seen *r, const struct check *c, const char *id,
			      const char *key, const struct facts *facts,
			      const struct report *report)
{
	r->row = check_row(c, id, facts);
	find_observation(r, report, key);
	if (!r->row) {
		if (!r->observed && is_unseen(r, report))
			return;
		r->verdict = VERDICT_DEVIATION;
		r->skip = SKIP_NONE;
		r->reason = text("no line of expected/ covers this platform");
		return;
	}
	if (!r->row->documented.value) {
		r->verdict = VERDICT_SKIP;
		r->skip = r->row->documented.skip;
		r->reason = text("%s", r->row->documented.why);
		return;
	}
	r->known = row_known(r->row, facts);
	if (r->observed)
		r->verdict = judge_observed(r);
	else
		judge_missing(r, report);
}

/*
 * Skip an observation that the environment changes, because it says nothing about KVM; or say
 * that KVM is known to differ there.
 */
static void judge_environment(struct seen *r, const struct expectations *all,
			      const struct facts *facts)
{
	const struct value *value;
	bool is_known;

	if (r->verdict == VERDICT_SKIP && (!r->observed || !r->row->documented.value))
		return;
	/* Skip a documented value only if any value is meaningless here: "*". */
	value = expectations_value(all, r->id, r->verdict == VERDICT_OK ? NULL : r->observed, facts,
				   &is_known);
	if (!value)
		return;
	if (is_known && r->verdict == VERDICT_OK)
		return;
	if (is_known) {
		r->known = value;
		r->verdict = VERDICT_KNOWN;
		return;
	}
	free(r->reason);
	r->reason = text("%s", value->why);
	r->skip = SKIP_ENVIRONMENT;
	r->verdict = VERDICT_SKIP;
}

/*
 * A VM that another kernel has saved: its guest may have done before what it observed later.  So if
 * @r is wrong here, but not there, it says nothing about this kernel.
 */
static void judge_restored(struct seen *r, const struct check *c, const char *id, const char *key,
			   const struct facts *facts, const struct report *report)
{
	const char *saved_by = facts_get(facts, "saved_by");
	struct seen there = { .id = r->id };
	struct facts of_saver = {};

	if (r->verdict != VERDICT_DEVIATION || !saved_by)
		return;
	for (size_t i = 0; i < facts->nr; i++)
		facts_set(&of_saver, facts->list[i].key, facts->list[i].value);
	facts_set(&of_saver, "kernel", saved_by);
	judge_observation(&there, c, id, key, &of_saver, report);
	if (there.verdict == VERDICT_OK || there.verdict == VERDICT_KNOWN) {
		free(r->reason);
		r->reason = text("as on %s, which has saved the VM", saved_by);
		r->skip = SKIP_HOST;
		r->verdict = VERDICT_SKIP;
	}
	free(there.observed);
	free(there.reason);
	free(there.lines);
	facts_free(&of_saver);
}

/* Return whether an earlier line has the same key as line @n. */
static bool is_repeated(const struct report *report, size_t n)
{
	size_t i = 0;

	while (i < n && !is_observation_of(&report->lines[i], report->lines[n].key))
		i++;
	return i < n;
}

static bool is_expected(const struct expected *e, const char *variant, const struct line *line)
{
	char *id = text("%s.%s", variant, line->key);
	bool is = expected_owner(e, id) != NULL;

	free(id);
	return is;
}

/* Keep the notes after the last observation: they may say how the guest ended. */
static void find_last_notes(struct seen *r, const struct report *report)
{
	size_t notes = 0;

	while (notes < report->nr_lines && report->lines[report->nr_lines - 1 - notes].kind == ENTRY_NOTE)
		notes++;
	keep_lines(r, report->lines + report->nr_lines - notes, notes);
}

/* Return whether this version made the record; another may have other observations. */
static bool is_of_this_suite(const struct facts *facts)
{
	const char *suite = facts_get(facts, "suite");

	return !suite || !strcmp(suite, suite_version);
}

static void judge_end(struct seen *r, const char *variant, const struct expected *e,
		      const struct facts *facts, const struct report *report)
{
	r->verdict = VERDICT_OK;
	r->observed = text("%s", end_name(report->end));
	find_last_notes(r, report);
	for (size_t i = 0; i < report->nr_lines; i++) {
		const struct line *line = &report->lines[i];

		if (line->kind != ENTRY_OBSERVATION)
			continue;
		if (!is_expected(e, variant, line)) {
			if (!is_of_this_suite(facts))
				continue;
			r->verdict = VERDICT_DEVIATION;
			r->reason = text_append(r->reason, "%snot in expected/: %s = %s",
						r->reason ? "; " : "", line->key, line->value);
		} else if (is_repeated(report, i)) {
			r->verdict = VERDICT_DEVIATION;
			r->contradicts = true;
			r->reason = text_append(r->reason, "%sobserved more than once: %s = %s",
						r->reason ? "; " : "", line->key, line->value);
		}
	}
	if (r->verdict != VERDICT_OK || report->end == END_DONE)
		return;
	if (is_unseen(r, report))
		return;
	r->verdict = seen_is_lost(r) ? VERDICT_MISSING : VERDICT_DEVIATION;
	r->reason = text("the guest ended with %s: %s", end_name(report->end), report->why);
}

void judge_variant(struct sights *sights, const char *name, const char *variant,
		   const struct expectations *all, const struct expected *e,
		   const struct facts *facts, const struct report *report)
{
	struct seen s;

	for (size_t c = 0; c < e->nr_checks; c++) {
		const struct check *check = e->checks[c];

		for (size_t i = 0; i < check->nr_ids; i++) {
			const char *key = observation_key(check->ids[i], variant);

			if (!key)
				continue;
			s = (struct seen) {
				.id = text("%s.%s", name, check->ids[i]), .check = check,
				.end = report->end,
			};
			judge_observation(&s, check, check->ids[i], key, facts, report);
			judge_environment(&s, all, facts);
			judge_restored(&s, check, check->ids[i], key, facts, report);
			APPEND(sights->list, sights->nr, s);
		}
	}
	s = (struct seen) { .id = text("%s.%s.complete", name, variant), .end = report->end };
	judge_end(&s, variant, e, facts, report);
	APPEND(sights->list, sights->nr, s);
}

/* Give @r its worst observation's verdict: wrong before known, known before right. */
static void combine(struct result *r)
{
	static const enum verdict worst_first[] = {
		VERDICT_DEVIATION, VERDICT_MISSING, VERDICT_KNOWN, VERDICT_FIXED, VERDICT_OK,
		VERDICT_SKIP,
	};

	for (size_t v = 0; v < NR_VERDICTS && !r->first; v++) {
		for (size_t i = 0; i < r->nr && !r->first; i++) {
			if (r->list[i].verdict == worst_first[v])
				r->first = &r->list[i];
		}
	}
	r->verdict = r->first->verdict;
	if (r->verdict == VERDICT_SKIP)
		r->reason = r->first->reason;
	r->skip = r->first->skip;
	for (size_t i = 0; i < r->nr; i++)
		r->by_chance |= r->list[i].verdict == VERDICT_SKIP && r->list[i].skip == SKIP_NOISE;
}

/* Call @sink with the result of @c (NULL: how variants ended), if @sights has any of it. */
static void judge_check(const char *name, const struct check *c, const struct sights *sights,
			unsigned long ms, result_function sink, void *context)
{
	struct result r = { .check = c, .ms = ms };
	struct seen *list = NULL;

	for (size_t i = 0; i < sights->nr; i++) {
		if (sights->list[i].check == c)
			APPEND(list, r.nr, sights->list[i]);
	}
	if (r.nr) {
		r.id = text("%s.%s", name, c ? c->name : "complete");
		r.sentence = c ? c->sentence :
			"each guest ended by itself and made no unknown observation";
		r.list = list;
		combine(&r);
		sink(&r, context);
	}
	free(list);
	free(r.id);
}

void judge_case(const char *name, const struct expected *e, struct sights *sights, unsigned long ms,
		result_function sink, void *context)
{
	for (size_t c = 0; c < e->nr_checks; c++)
		judge_check(name, e->checks[c], sights, 0, sink, context);
	judge_check(name, NULL, sights, ms, sink, context);
}

void sights_free(struct sights *sights)
{
	for (size_t i = 0; i < sights->nr; i++) {
		free(sights->list[i].id);
		free(sights->list[i].observed);
		free(sights->list[i].reason);
		free(sights->list[i].lines);
	}
	free(sights->list);
	*sights = (struct sights) {};
}
