// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static size_t number;
static size_t counts[NR_VERDICTS];

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
	char *value = text_printable(fact->value);

	printf("%s%s%s%s", before, fact->key, between, value);
	free(value);
}

void tap_begin(size_t checks, const struct facts *facts)
{
	printf("TAP version 13\n1..%zu\n", checks + 1);
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
	} else {
		printf("# %s\n", r->id);
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

void tap_result(const struct result *r)
{
	bool ok = r->verdict == VERDICT_OK || r->verdict == VERDICT_FIXED ||
		  r->verdict == VERDICT_SKIP;

	for (size_t i = 0; i < r->nr_notes; i++)
		diagnose("", r->notes[i]);
	if (!ok && r->verdict != VERDICT_KNOWN)
		diagnose_failure(r);
	if (r->unverified && r->verdict != VERDICT_SKIP)
		printf("# unverified: the expected value follows from source only\n");
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
	counts[r->verdict]++;
}

void tap_broken(const char *id, const char *error)
{
	char *name = text_printable(id);

	diagnose("", error);
	printf("not ok %zu - %s\n", ++number, name);
	free(name);
	fflush(stdout);
	counts[VERDICT_DEVIATION]++;
}

/* The run came to its end: a failure of the suite's is no check's, but must not be lost. */
static void tap_complete(const char *suite_failed)
{
	bool decided = counts[VERDICT_SKIP] < number;

	if (suite_failed)
		printf("# the suite failed: %s\n", suite_failed);
	printf("%s %zu - kvm-errata.complete%s\n", suite_failed ? "not ok" : "ok", number + 1,
	       decided || suite_failed ? "" : " # SKIP nothing could run");
}

void tap_end(const char *suite_failed, double seconds)
{
	tap_complete(suite_failed);
	printf("# %zu checks: %zu as documented, %zu known deviations, %zu no longer deviate, "
	       "%zu deviations, %zu skipped, %zu never observed; %.2f s\n", number,
	       counts[VERDICT_OK], counts[VERDICT_KNOWN], counts[VERDICT_FIXED],
	       counts[VERDICT_DEVIATION], counts[VERDICT_SKIP], counts[VERDICT_MISSING],
	       seconds);
	fflush(stdout);
}
