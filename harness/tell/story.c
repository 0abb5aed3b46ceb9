// SPDX-License-Identifier: GPL-2.0-only
#include "tell/story.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Takes @s. */
static char *printable(char *s)
{
	char *copy = text_printable(s);

	free(s);
	return copy;
}

/* Takes @line. */
static void add_line(struct story *s, char *line)
{
	line = printable(line);
	s->words = text_append(s->words, "%s%s", s->words ? "\n" : "", line);
	free(line);
}

/* An id is one already, but for what somebody writes into expected/. */
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

static enum outcome outcome_of(const struct result *r)
{
	switch (r->verdict) {
	case VERDICT_OK:
		return OUTCOME_PASS;
	case VERDICT_KNOWN:
		return OUTCOME_KNOWN;
	case VERDICT_SKIP:
		return OUTCOME_SKIP;
	case VERDICT_MISSING:
		return result_is_ours(r) ? OUTCOME_MISS : OUTCOME_ERROR;
	default:
		return result_is_ours(r) ? OUTCOME_MISS : OUTCOME_FAIL;
	}
}

static char *why(const struct result *r)
{
	if (r->verdict == VERDICT_KNOWN)
		return text("documented %s, KVM does %s: %s", r->row->documented.value,
			    r->known->value, r->known->why);
	if (r->verdict == VERDICT_FIXED)
		return text("the world has changed: %s as documented, and no longer %s (%s)",
			    r->observed, r->known->value, r->known->why);
	if (r->reason)
		return text("%s", r->reason);
	if (r->verdict == VERDICT_DEVIATION)
		return text("got %s, want %s%s%s", r->observed, r->row->documented.value,
			    r->known ? ", or the known " : "", r->known ? r->known->value : "");
	return NULL;
}

static void add_source(struct story *s, const struct row *row)
{
	const struct statement *from = row->statement;

	add_line(s, text("  %s \"%s\", since %s:", from->document, from->section, from->since));
	add_line(s, text("     %s", from->words));
	add_line(s, text("  decided by %s", row->decided_by));
	add_line(s, text("  either the limitation has gone and the document is out of date, "
			 "or something else broke"));
}

static void add_failure(struct story *s, const struct result *r)
{
	if (!r->row && !r->observed) {
		add_line(s, text("%s", r->reason));
		return;
	}
	add_line(s, text("%s%s%s", r->id, r->reason ? "" : ": ", r->reason ? "" : s->why));
	if (r->reason)
		add_line(s, text("  %s", r->reason));
	if (r->row && r->verdict != VERDICT_MISSING)
		add_source(s, r->row);
}

struct story story_of(const struct result *r)
{
	struct story s = { .result = r, .outcome = outcome_of(r), .name = name_of(r->id) };

	s.why = why(r);
	if (s.why)
		s.why = printable(s.why);
	for (size_t i = 0; i < r->nr_lines; i++) {
		if (r->lines[i].kind == ENTRY_NOTE)
			add_line(&s, text("%s", r->lines[i].text));
	}
	if (r->verdict == VERDICT_DEVIATION || r->verdict == VERDICT_MISSING)
		add_failure(&s, r);
	return s;
}

struct story story_of_run(const struct tally *t, const struct completion *c)
{
	bool decided = session_status(t, false) != NOTHING_RAN;
	const size_t *n = t->verdicts;
	struct story s = {
		.outcome = t->failed ? OUTCOME_ERROR : decided ? OUTCOME_PASS : OUTCOME_SKIP,
		.name = text("kvm-errata.complete"),
		.why = t->failed ? text_printable(t->failed) :
		       decided ? NULL : text("nothing could be seen"),
	};

	if (t->failed)
		add_line(&s, text("the suite failed: %s", t->failed));
	else if (c->stuck)
		add_line(&s, text("a worker process is stuck in the kernel, and does not die"));
	s.numbers = text("%zu checks: %zu as documented, %zu known deviations, "
			 "%zu no longer deviate, %zu deviations, %zu skipped, "
			 "%zu never observed; %lu.%02lu s", t->nr, n[VERDICT_OK], n[VERDICT_KNOWN],
			 n[VERDICT_FIXED], n[VERDICT_DEVIATION], n[VERDICT_SKIP],
			 n[VERDICT_MISSING], c->ms / 1000, c->ms / 10 % 100);
	return s;
}

void story_free(struct story *s)
{
	free(s->name);
	free(s->why);
	free(s->words);
	free(s->numbers);
}
