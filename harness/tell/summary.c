// SPDX-License-Identifier: GPL-2.0-only
#include "tell/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_GROUPS	5		/* of four lines each */
#define MAX_WORDS	240		/* characters of a statement */
#define MAX_AGAIN	8		/* variants in a command that one types */
#define MAX_SECTIONS	8
#define MAX_REASONS	2		/* of a class of SKIPs */
#define MAX_REASON	70		/* characters of it */

/* The wrong results of one statement, in one function. */
struct group {
	const struct statement *statement;	/* NULL: what belongs to none */
	const char *decided_by;
	char *first;			/* "ID: got X, want Y" */
	bool fixed;			/* they no longer deviate */
	size_t nr;
};

struct count {
	char *name;
	size_t nr, first;		/* how many, and the how-manieth name it was */
};

struct counts {
	struct count *list;
	size_t nr;
};

static void counts_add(struct counts *c, const char *name, size_t length)
{
	for (size_t i = 0; i < c->nr; i++) {
		if (!strncmp(c->list[i].name, name, length) && !c->list[i].name[length]) {
			c->list[i].nr++;
			return;
		}
	}
	APPEND(c->list, c->nr, (struct count) { text("%.*s", (int)length, name), 1, c->nr });
}

static int by_number(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	if (x->nr == y->nr)
		return (x->first > y->first) - (x->first < y->first);
	return x->nr < y->nr ? 1 : -1;
}

static void counts_sort(struct counts *c)
{
	if (c->nr)
		qsort(c->list, c->nr, sizeof(*c->list), by_number);
}

static void counts_free(struct counts *c)
{
	for (size_t i = 0; i < c->nr; i++)
		free(c->list[i].name);
	free(c->list);
}

struct summary {
	const struct evidence *evidence;
	size_t nr_confirmed, nr_new, nr_contradicted;
	struct group *groups;
	size_t nr_groups;
	struct counts known;		/* by section */
	struct counts classes, reasons;	/* of SKIPs: "host", "host: why" */
	struct counts again;		/* variants to run once more */
};

struct summary *summary_new(const struct evidence *evidence)
{
	struct summary *s = xrealloc(NULL, sizeof(*s));

	*s = (struct summary) { .evidence = evidence };
	return s;
}

static void forget(struct summary *s)
{
	for (size_t i = 0; i < s->nr_groups; i++)
		free(s->groups[i].first);
	free(s->groups);
	counts_free(&s->known);
	counts_free(&s->classes);
	counts_free(&s->reasons);
	counts_free(&s->again);
	*s = (struct summary) { .evidence = s->evidence };
}

void summary_free(struct summary *s)
{
	forget(s);
	free(s);
}

static void begin(void *context, size_t plan, const struct facts *facts)
{
	(void)plan, (void)facts;
	forget(context);
}

static char *describe(const struct result *r)
{
	if (r->verdict == VERDICT_FIXED)
		return text("%s: %s, as documented, and was known to be %s", r->id, r->observed,
			    r->known->value);
	if (r->observed && r->row && r->row->documented.value)
		return text("%s: got %s, want %s", r->id, r->observed, r->row->documented.value);
	return text("%s: %s", r->id, r->reason ? r->reason : "wrong");
}

static void add_wrong(struct summary *s, const struct result *r)
{
	const struct statement *statement = r->row ? r->row->statement : NULL;
	const char *decided_by = r->row ? r->row->decided_by : NULL;
	bool fixed = r->verdict == VERDICT_FIXED;

	for (size_t i = 0; i < s->nr_groups; i++) {
		struct group *g = &s->groups[i];

		if (g->statement == statement && g->decided_by == decided_by && g->fixed == fixed) {
			g->nr++;
			return;
		}
	}
	APPEND(s->groups, s->nr_groups,
	       (struct group) { statement, decided_by, describe(r), fixed, 1 });
}

/* The variant, or for a case that could not be read the case. */
static void add_again(struct summary *s, const char *id)
{
	const char *dot = strchr(id, '.');
	size_t n = strcspn(id, ".");

	if (dot && strcmp(dot, ".description"))
		n += 1 + strcspn(dot + 1, ".");
	counts_add(&s->again, id, n);
}

static void compare_with_evidence(struct summary *s, const struct result *r)
{
	s->nr_confirmed += evidence_confirms(s->evidence, r);
	s->nr_new += evidence_is_new(s->evidence, r);
	s->nr_contradicted += r->row && (r->verdict == VERDICT_DEVIATION || r->verdict == VERDICT_FIXED);
}

static void result(void *context, const struct result *r)
{
	struct summary *s = context;

	if (s->evidence)
		compare_with_evidence(s, r);
	if (r->verdict == VERDICT_SKIP) {
		counts_add(&s->classes, r->reason, strcspn(r->reason, ":"));
		counts_add(&s->reasons, r->reason, strlen(r->reason));
	}
	if (r->verdict == VERDICT_KNOWN)
		counts_add(&s->known, r->row->statement->section, strlen(r->row->statement->section));
	if (r->verdict != VERDICT_DEVIATION && r->verdict != VERDICT_MISSING &&
	    r->verdict != VERDICT_FIXED)
		return;
	add_wrong(context, r);
	add_again(context, r->id);
}

static void print_group(const struct group *g)
{
	if (g->statement)
		printf("# %s: %s \"%s\", decided by %s\n#   %.*s%s\n",
		       g->fixed ? "no longer deviates" : "wrong", g->statement->document,
		       g->statement->section, g->decided_by, MAX_WORDS, g->statement->words,
		       strlen(g->statement->words) > MAX_WORDS ? "..." : "");
	else
		printf("# wrong, and of no statement:\n");
	printf("#   %s", g->first);
	if (g->nr > 1)
		printf(", and %zu more", g->nr - 1);
	putchar('\n');
}

/* What would let those of a class run. */
static const char *remedy(const char *class)
{
	static const char *const remedies[][2] = {
		{ "host", "this host lacks it" },
		{ "vendor", "another vendor's CPU shows it" },
		{ "guest", "bare metal or its VMM shows it" },
		{ "environment", "another KVM, or a CPU, shows it" },
		{ "noise", "a quieter machine shows it" },
	};

	for (size_t i = 0; i < sizeof(remedies) / sizeof(*remedies); i++) {
		if (!strcmp(class, remedies[i][0]))
			return remedies[i][1];
	}
	return "see why";
}

static void print_skips(const struct count *class, const struct counts *reasons)
{
	size_t n = strlen(class->name), printed = 0, more = 0;

	printf("# skipped: %zu %s (%s)", class->nr, class->name, remedy(class->name));
	for (size_t i = 0; i < reasons->nr; i++) {
		const struct count *r = &reasons->list[i];
		const char *why = r->name + n + strspn(r->name + n, ": ");

		if (strncmp(r->name, class->name, n) || r->name[n] != ':')
			continue;
		if (printed == MAX_REASONS) {
			more++;
			continue;
		}
		printf("%s %zu %.*s%s", printed++ ? ";" : ":", r->nr, MAX_REASON, why,
		       strlen(why) > MAX_REASON ? "..." : "");
	}
	if (more)
		printf("; and %zu more", more);
	putchar('\n');
}

static void print_known(const struct counts *known)
{
	if (known->nr)
		printf("# known:");
	for (size_t i = 0; i < known->nr && i < MAX_SECTIONS; i++)
		printf("%s %zu %s", i ? "," : "", known->list[i].nr, known->list[i].name);
	if (known->nr)
		printf(known->nr > MAX_SECTIONS ? ", ...\n" : "\n");
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	struct summary *s = context;

	(void)t, (void)c;
	counts_sort(&s->known);
	counts_sort(&s->classes);
	counts_sort(&s->reasons);
	for (size_t i = 0; i < s->nr_groups && i < MAX_GROUPS; i++)
		print_group(&s->groups[i]);
	if (s->nr_groups > MAX_GROUPS)
		printf("# and %zu more statements\n", s->nr_groups - MAX_GROUPS);
	print_known(&s->known);
	for (size_t i = 0; i < s->classes.nr; i++)
		print_skips(&s->classes.list[i], &s->reasons);
	if (s->again.nr)
		printf("# once more, with the same options:");
	for (size_t i = 0; i < s->again.nr && i < MAX_AGAIN; i++)
		printf(" %s", s->again.list[i].name);
	if (s->again.nr)
		printf(s->again.nr > MAX_AGAIN ? " ...\n" : "\n");
	if (s->evidence)
		printf("# beside what records have shown: %zu confirmed, %zu new, %zu contradicted\n",
		       s->nr_confirmed, s->nr_new, s->nr_contradicted);
}

struct result_sink summary_sink(struct summary *s)
{
	return (struct result_sink) { begin, result, end, s };
}
