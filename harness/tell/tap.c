// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static size_t number;

/* A diagnostic; what could end the line or upset a terminal is '?'. */
static void diagnose(const char *label, const char *s)
{
	printf("# %s", label);
	for (; *s; s++)
		putchar(*s >= ' ' && *s <= '~' ? *s : '?');
	putchar('\n');
}

static bool is_parameter(const char *key)
{
	return strchr(key, '.') != NULL;
}

static void print_fact(const char *before, const char *between, const struct fact *fact)
{
	printf("%s%s%s%s", before, fact->key, between, fact->value);
}

static void begin(void *context, size_t plan, const struct facts *facts)
{
	(void)context;
	number = 0;
	printf("TAP version 13\n1..%zu\n", plan + 1);
	for (size_t i = 0; i < facts->nr; i++) {
		if (is_parameter(facts->list[i].key))
			continue;
		print_fact("# ", ": ", &facts->list[i]);
		putchar('\n');
	}
	printf("# parameters:");
	for (size_t i = 0; i < facts->nr; i++) {
		if (is_parameter(facts->list[i].key))
			print_fact(" ", "=", &facts->list[i]);
	}
	putchar('\n');
	fflush(stdout);
}

static void diagnose_source(const struct row *row)
{
	const struct statement *s = row->statement;

	printf("#   %s \"%s\", since %s:\n", s->document, s->section, s->since);
	diagnose("     ", s->words);
}

static void diagnose_failure(const struct result *r)
{
	if (r->observed && r->row) {
		printf("# %s: got %s, want %s%s%s\n", r->id, r->observed,
		       r->row->documented.value, r->known ? ", or the known " : "",
		       r->known ? r->known->value : "");
	} else if (r->row || r->observed) {
		printf("# %s\n", r->id);
	} else {
		diagnose("", r->reason);
		return;
	}
	if (r->reason)
		diagnose("  ", r->reason);
	if (!r->row || r->verdict == VERDICT_MISSING)
		return;
	diagnose_source(r->row);
	printf("#   decided by %s\n", r->row->decided_by);
	printf("#   either the limitation has gone and the document is out of date, "
	       "or something else broke\n");
}

static void result(void *context, const struct result *r)
{
	const struct evidence *evidence = context;
	bool ok = r->verdict == VERDICT_OK || r->verdict == VERDICT_FIXED ||
		  r->verdict == VERDICT_SKIP;

	for (size_t i = 0; i < r->nr_notes; i++)
		diagnose("", r->notes[i]);
	if (!ok && r->verdict != VERDICT_KNOWN)
		diagnose_failure(r);
	if (evidence && evidence_is_new(evidence, r))
		printf("# new: no record has shown this yet\n");
	printf("%s %zu - %s", ok ? "ok" : "not ok", ++number, r->id);
	if (r->verdict == VERDICT_KNOWN)
		printf(" # TODO documented %s, KVM does %s: %s", r->row->documented.value,
		       r->known->value, r->known->why);
	else if (r->verdict == VERDICT_FIXED)
		printf(" # TODO the world has changed: %s as documented, and no longer %s (%s)",
		       r->observed, r->known->value, r->known->why);
	else if (r->verdict == VERDICT_SKIP)
		printf(" # SKIP %s", r->reason);
	putchar('\n');
	fflush(stdout);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	bool decided = t->verdicts[VERDICT_SKIP] < t->nr;
	const size_t *n = t->verdicts;

	(void)context;
	if (c->stuck)
		printf("# a worker process is stuck in the kernel, and does not die\n");
	if (t->failed)
		diagnose("the suite failed: ", t->failed);
	printf("%s %zu - kvm-errata.complete%s\n", t->failed ? "not ok" : "ok", number + 1,
	       decided || t->failed ? "" : " # SKIP nothing could run");
	printf("# %zu checks: %zu as documented, %zu known deviations, %zu no longer deviate, "
	       "%zu deviations, %zu skipped, %zu never observed; %lu.%02lu s\n", t->nr,
	       n[VERDICT_OK], n[VERDICT_KNOWN], n[VERDICT_FIXED], n[VERDICT_DEVIATION],
	       n[VERDICT_SKIP], n[VERDICT_MISSING], c->ms / 1000, c->ms / 10 % 100);
	fflush(stdout);
}

struct result_sink tap_sink(struct evidence *evidence)
{
	return (struct result_sink) { begin, result, end, evidence };
}
