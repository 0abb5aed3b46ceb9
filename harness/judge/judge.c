// SPDX-License-Identifier: GPL-2.0-only
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

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

bool result_is_ours(const struct result *r)
{
	return (r->end == END_NONE || r->end == END_SETUP || r->end == END_TORN) &&
	       !(r->row && r->observed);
}

size_t judge_count(const struct expected *e, const char *variant)
{
	size_t n = 1;

	for (size_t i = 0; i < e->nr_checks; i++)
		n += check_key(e->checks[i], variant) != NULL;
	return n;
}

/* Whether @line is "KEY = VALUE"; then *@value points at VALUE. */
static bool is_observation_of(const struct line *line, const char *key, const char **value)
{
	size_t n = strlen(key);

	if (line->kind != ENTRY_OBSERVATION || strncmp(line->text, key, n) ||
	    strncmp(line->text + n, " = ", 3))
		return false;
	*value = line->text + n + 3;
	return true;
}

static void free_result(struct result *r)
{
	free(r->id);
	free(r->observed);
	free(r->reason);
}

/* The observation of @key with the notes before it. */
static void find_observation(struct result *r, const struct report *report, const char *key)
{
	const char *value;
	size_t notes = 0;

	for (size_t i = 0; i < report->nr_lines; i++) {
		const struct line *line = &report->lines[i];

		if (line->kind == ENTRY_NOTE) {
			notes++;
		} else if (is_observation_of(line, key, &value)) {
			r->observed = text("%s", value);
			r->lines = line - notes;
			r->nr_lines = notes + 1;
			return;
		} else {
			notes = 0;
		}
	}
}

/* Why a variant that ended so cannot show anything here; else NULL. */
static char *unseen(const struct report *report)
{
	if (report->end == END_LACKS || report->end == END_CANNOT_EMULATE)
		return text("host: %s", report->why);
	if (report->end == END_NOT_HERE)
		return text("vendor: %s", report->why);
	return NULL;
}

static enum verdict judge_missing(struct result *r, const struct report *report)
{
	r->reason = unseen(report);
	if (r->reason)
		return VERDICT_SKIP;
	r->reason = text("never observed; the guest ended with %s: %s",
			 end_name(report->end), report->why);
	return VERDICT_MISSING;
}

/* "?CLASS: WHY" */
static bool is_unseen(const char *observed)
{
	char *class = text("%.*s", (int)strcspn(observed, ":"), observed);
	bool is = !strncmp(class, UNSEEN, strlen(UNSEEN)) &&
		  text_is_one_of(class + strlen(UNSEEN), SKIP_CLASSES);

	free(class);
	return is;
}

static enum verdict judge_observed(struct result *r)
{
	const struct value *documented = &r->row->documented;

	if (is_unseen(r->observed)) {
		r->reason = text("%s", r->observed + strlen(UNSEEN));
		r->by_chance = !strncmp(r->observed, UNSEEN_NOISE, strlen(UNSEEN_NOISE));
		return VERDICT_SKIP;
	}
	if (!strcmp(r->observed, documented->value))
		return r->known ? VERDICT_FIXED : VERDICT_OK;
	if (r->known && !strcmp(r->observed, r->known->value))
		return VERDICT_KNOWN;
	return VERDICT_DEVIATION;
}

static void judge_check(struct result *r, const struct expected *e, const char *id,
			const char *key, const struct facts *facts, const struct report *report)
{
	r->row = expected_row(e, id, facts);
	find_observation(r, report, key);
	if (!r->row) {
		r->reason = r->observed ? NULL : unseen(report);
		r->verdict = r->reason ? VERDICT_SKIP : VERDICT_DEVIATION;
		if (!r->reason)
			r->reason = text("no line of expected/ covers this platform");
		return;
	}
	if (!r->row->documented.value) {
		r->verdict = VERDICT_SKIP;
		r->reason = text("%s", r->row->documented.why);
		return;
	}
	r->known = expected_known(r->row, facts);
	r->verdict = r->observed ? judge_observed(r) : judge_missing(r, report);
}

/* What is no fault of the document's or of KVM's. */
static void judge_environment(struct result *r, const struct expectations *all,
			      const struct facts *facts)
{
	const char *why;

	if (r->verdict == VERDICT_SKIP && (!r->observed || !is_unseen(r->observed)))
		return;
	/* What is documented is no fault, but where nothing can be seen it shows nothing. */
	why = expectations_why(all, r->id, r->verdict == VERDICT_OK ? NULL : r->observed, facts);
	if (!why)
		return;
	free(r->reason);
	r->reason = text("environment: %s", why);
	r->verdict = VERDICT_SKIP;
}

/* Whether the guest has observed before what line @n observes. */
static bool is_repeated(const struct report *report, size_t n)
{
	const char *line = report->lines[n].text, *value;
	char *key = text("%.*s", (int)(strstr(line, " = ") - line), line);
	size_t i = 0;

	while (i < n && !is_observation_of(&report->lines[i], key, &value))
		i++;
	free(key);
	return i < n;
}

static bool is_expected(const struct expected *e, const char *variant, const struct line *line)
{
	const char *key, *value;

	for (size_t i = 0; i < e->nr_checks; i++) {
		key = check_key(e->checks[i], variant);
		if (key && is_observation_of(line, key, &value))
			return true;
	}
	return false;
}

/* What the guest noted after its last observation: how it ended, perhaps. */
static void find_last_notes(struct result *r, const struct report *report)
{
	r->lines = report->lines + report->nr_lines;
	while (r->lines > report->lines && r->lines[-1].kind == ENTRY_NOTE) {
		r->lines--;
		r->nr_lines++;
	}
}

static void judge_complete(struct result *r, const char *variant, const struct expected *e,
			   const struct report *report)
{
	r->verdict = VERDICT_OK;
	r->observed = text("%s", end_name(report->end));
	find_last_notes(r, report);
	for (size_t i = 0; i < report->nr_lines; i++) {
		const struct line *line = &report->lines[i];

		if (line->kind != ENTRY_OBSERVATION)
			continue;
		if (!is_expected(e, variant, line)) {
			r->verdict = VERDICT_DEVIATION;
			r->reason = text_append(r->reason, "%snot in expected/: %s",
						r->reason ? "; " : "", line->text);
		} else if (is_repeated(report, i)) {
			r->verdict = VERDICT_DEVIATION;
			r->contradicts = true;
			r->reason = text_append(r->reason, "%sobserved more than once: %s",
						r->reason ? "; " : "", line->text);
		}
	}
	if (r->verdict != VERDICT_OK || report->end == END_DONE)
		return;
	free(r->reason);
	r->reason = unseen(report);
	r->verdict = r->reason ? VERDICT_SKIP : VERDICT_DEVIATION;
	if (!r->reason)
		r->reason = text("the guest ended with %s: %s", end_name(report->end), report->why);
}

void judge(const char *name, const char *variant, const struct expectations *all,
	   const struct expected *e,
	   const struct facts *facts, const struct report *report,
	   result_sink sink, void *context)
{
	struct result r;

	for (size_t i = 0; i < e->nr_checks; i++) {
		const char *key = check_key(e->checks[i], variant);

		if (!key)
			continue;
		r = (struct result) {
			.id = text("%s.%s", name, e->checks[i]), .end = report->end,
		};
		judge_check(&r, e, e->checks[i], key, facts, report);
		judge_environment(&r, all, facts);
		sink(&r, context);
		free_result(&r);
	}
	r = (struct result) {
		.id = text("%s.%s.complete", name, variant), .end = report->end,
	};
	judge_complete(&r, variant, e, report);
	sink(&r, context);
	free_result(&r);
}
