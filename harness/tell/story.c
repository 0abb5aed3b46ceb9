// SPDX-License-Identifier: GPL-2.0-only
#include "tell/format.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_OBSERVATIONS	10	/* of a check, one per line */
#define MAX_NOTES		8	/* the last notes of a wrong observation */
#define MAX_RIGHT	4		/* observations of a wrong check that are as documented */
#define MAX_REASONS		2	/* why observations of a check are skipped */

/* Return a printable copy of @s, and free @s. */
static char *printable(char *s)
{
	char *copy = text_printable(s);

	free(s);
	return copy;
}

/* Add @line, and free it. */
static void add_line(struct story *s, char *line)
{
	line = printable(line);
	s->words = text_append(s->words, "%s%s", s->words ? "\n" : "", line);
	free(line);
}

/* Return @id as a name: the file of a payload may have other characters. */
static char *name_of(const char *id)
{
	char *name = text("%s", id);

	for (char *p = name; *p; p++) {
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.", *p) ||
		    (*p == '.' && (p == name || p[-1] == '.' || !p[1])))
			*p = '_';
	}
	return name;
}

/* "#GP" becomes "GP", because readers of TAP take '#' for the start of a directive. */
static char *sentence_of(const char *sentence)
{
	char *plain = text("%s", sentence), *to = plain;

	for (const char *from = sentence; *from; from++) {
		if (*from != '#')
			*to++ = *from;
	}
	*to = '\0';
	return plain;
}

static enum outcome outcome_of(const struct result *r)
{
	switch (r->verdict) {
	case VERDICT_OK:
		return OUTCOME_PASS;
	case VERDICT_FIXED:
		return OUTCOME_GONE;
	case VERDICT_KNOWN:
		return OUTCOME_KNOWN;
	case VERDICT_SKIP:
		return OUTCOME_SKIP;
	case VERDICT_MISSING:
		return result_is_lost(r) ? OUTCOME_MISS : OUTCOME_ERROR;
	default:
		return result_is_lost(r) ? OUTCOME_MISS : OUTCOME_FAIL;
	}
}

/* Say what was observed and what is documented. */
static char *describe(const struct seen *s)
{
	if (s->verdict == VERDICT_KNOWN)
		return text("got %s, documented %s", s->observed, s->row->documented.value);
	if (s->verdict == VERDICT_FIXED)
		return text("got %s, as documented, and no longer %s", s->observed, s->known->value);
	if (s->reason)
		return skip_words(s->skip, s->reason);
	return text("got %s, want %s%s%s", s->observed, s->row->documented.value,
		    s->known ? ", or the known " : "", s->known ? s->known->value : "");
}

static char *why(const struct result *r)
{
	char *words, *line;

	if (r->verdict == VERDICT_KNOWN)
		return text("%s", r->first->known->why);
	if (r->verdict == VERDICT_FIXED)
		return text("KVM does what the document says now, and the known deviation is gone: %s",
			    r->first->known->why);
	if (r->verdict == VERDICT_OK || r->reason)
		return r->reason ? skip_words(r->skip, r->reason) : NULL;
	words = describe(r->first);
	line = text("%s: %s", r->first->id, words);
	free(words);
	return line;
}

static void add_notes(struct story *s, const struct seen *seen)
{
	size_t first = seen->nr_lines > MAX_NOTES ? seen->nr_lines - MAX_NOTES : 0;

	for (size_t i = first; i < seen->nr_lines; i++) {
		if (seen->lines[i].kind == ENTRY_NOTE)
			add_line(s, text("%s", seen->lines[i].value));
	}
}

/* Add the observations that decided the verdict of @r. */
static void add_observations(struct story *s, const struct result *r)
{
	size_t nr = 0;

	for (size_t i = 0; i < r->nr; i++) {
		const struct seen *seen = &r->list[i];
		char *words;

		if (verdict_is_wrong(r->verdict) ? !verdict_is_wrong(seen->verdict) : seen->verdict != r->verdict)
			continue;
		if (nr++ >= MAX_OBSERVATIONS)
			continue;
		if (verdict_is_wrong(r->verdict))
			add_notes(s, seen);
		words = describe(seen);
		add_line(s, text("  %s: %s", seen->id, words));
		free(words);
	}
	if (nr > MAX_OBSERVATIONS)
		add_line(s, text("  and %zu more", nr - MAX_OBSERVATIONS));
}

/* Name some observations of a wrong check that are right: they narrow down what is broken. */
static void add_right(struct story *s, const struct result *r)
{
	char *line = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < r->nr; i++) {
		if (r->list[i].verdict != VERDICT_OK || nr++ >= MAX_RIGHT)
			continue;
		line = text_append(line, "%s%s", line ? ", " : "  as documented: ", r->list[i].id);
	}
	if (nr > MAX_RIGHT)
		line = text_append(line, " and %zu more", nr - MAX_RIGHT);
	if (line)
		add_line(s, line);
}

static size_t count_reason(const struct result *r, size_t n)
{
	size_t nr = 0;

	for (size_t i = 0; i < r->nr; i++) {
		if (r->list[i].verdict != VERDICT_SKIP || strcmp(r->list[i].reason, r->list[n].reason))
			continue;
		if (i < n)
			return 0;
		nr++;
	}
	return nr;
}

/* Return whether all of @r is skipped for one reason, which its result has. */
static bool has_one_reason(const struct result *r)
{
	return r->verdict == VERDICT_SKIP && count_reason(r, 0) == r->nr;
}

/* Say how many observations of a check are skipped, and why. */
static void add_unseen(struct story *s, const struct result *r)
{
	size_t reasons = 0;

	for (size_t i = 0; i < r->nr; i++) {
		size_t nr = r->list[i].verdict == VERDICT_SKIP ? count_reason(r, i) : 0;

		if (nr && reasons++ < MAX_REASONS)
			add_line(s, text("  not seen: %zu of %zu, %s: %s", nr, r->nr,
					 skip_name(r->list[i].skip), r->list[i].reason));
	}
}

static void add_source(struct story *s, const struct check *c)
{
	const struct statement *from = c->statement;

	add_line(s, text("  %s \"%s\", since %s: %s", from->document, from->section, from->since,
			 from->words));
	add_line(s, text("  decided by %s", c->decided_by));
}

struct story story_of(const struct result *r)
{
	struct story s = {
		.result = r, .outcome = outcome_of(r), .name = name_of(r->id),
		.sentence = sentence_of(r->sentence), .why = why(r),
	};

	if (s.why)
		s.why = printable(s.why);
	if (!r->nr)
		add_line(&s, text("  %s", r->reason));
	if (r->verdict != VERDICT_OK && r->verdict != VERDICT_SKIP)
		add_observations(&s, r);
	if (r->check && !has_one_reason(r))
		add_unseen(&s, r);
	if (r->check && r->nr < r->check->nr_ids)
		add_line(&s, text("  not run: %zu of %zu observations", r->check->nr_ids - r->nr,
				  r->check->nr_ids));
	if (r->check && verdict_is_wrong(r->verdict)) {
		add_right(&s, r);
		add_source(&s, r->check);
	}
	return s;
}

static char *numbers_of(const struct tally *t)
{
	const size_t *n = t->verdicts;

	return text("%zu checks: %zu as documented, %zu known deviations, %zu gone, "
		    "%zu deviate, %zu skipped, %zu never observed", t->nr,
		    n[VERDICT_OK], n[VERDICT_KNOWN], n[VERDICT_FIXED], n[VERDICT_DEVIATION],
		    n[VERDICT_SKIP], n[VERDICT_MISSING]);
}

struct story story_of_run(const struct tally *t, const struct completion *c)
{
	bool decided = session_status(t, STRICT) != NOTHING_RAN;
	char *numbers = numbers_of(t);
	struct story s = {
		.outcome = t->failed ? OUTCOME_ERROR : decided ? OUTCOME_PASS : OUTCOME_SKIP,
		.name = text("kvm-errata.complete"),
		.sentence = text("the run completed"),
		.why = t->failed ? text_printable(t->failed) :
		       decided ? NULL : text("nothing could be seen"),
		.numbers = text("%s; %zu of %zu observations; %lu.%02lu s", numbers, t->shown,
				t->observations, c->ms / 1000, c->ms / 10 % 100),
	};

	free(numbers);
	if (t->failed)
		add_line(&s, text("the suite failed: %s", t->failed));
	else if (c->stuck)
		add_line(&s, text("a worker process is stuck in the kernel, and does not die"));
	return s;
}

void story_free(struct story *s)
{
	free(s->name);
	free(s->sentence);
	free(s->why);
	free(s->words);
	free(s->numbers);
}
