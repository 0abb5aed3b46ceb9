// SPDX-License-Identifier: GPL-2.0-only
#include "tell/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_GROUPS	5		/* of four lines each */
#define MAX_WORDS	100		/* characters of a statement */
#define MAX_AGAIN	8		/* variants in a command that one types */

/* The wrong results of one statement, in one function. */
struct group {
	const struct statement *statement;	/* NULL: what belongs to none */
	const char *decided_by;
	char *first;			/* "ID: got X, want Y" */
	size_t nr;
};

struct class {
	char *name;
	size_t nr;
};

struct summary {
	const struct evidence *evidence;
	size_t nr_confirmed, nr_new, nr_contradicted;
	struct group *groups;
	size_t nr_groups;
	struct class *classes;		/* of SKIPs */
	size_t nr_classes;
	char **again;			/* variants */
	size_t nr_again;
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
	for (size_t i = 0; i < s->nr_classes; i++)
		free(s->classes[i].name);
	for (size_t i = 0; i < s->nr_again; i++)
		free(s->again[i]);
	free(s->groups);
	free(s->classes);
	free(s->again);
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
		return text("%s: %s as documented, and no longer %s", r->id, r->observed,
			    r->known->value);
	if (r->observed && r->row && r->row->documented.value)
		return text("%s: got %s, want %s", r->id, r->observed, r->row->documented.value);
	return text("%s: %s", r->id, r->reason ? r->reason : "wrong");
}

static void add_wrong(struct summary *s, const struct result *r)
{
	const struct statement *statement = r->row ? r->row->statement : NULL;
	const char *decided_by = r->row ? r->row->decided_by : NULL;

	for (size_t i = 0; i < s->nr_groups; i++) {
		struct group *g = &s->groups[i];

		if (g->statement == statement && g->decided_by == decided_by) {
			g->nr++;
			return;
		}
	}
	s->groups = xrealloc(s->groups, (s->nr_groups + 1) * sizeof(*s->groups));
	s->groups[s->nr_groups++] = (struct group) { statement, decided_by, describe(r), 1 };
}

/* The variant, or for a case that could not be read the case. */
static void add_again(struct summary *s, const char *id)
{
	const char *dot = strchr(id, '.');
	size_t n = strcspn(id, ".");

	if (dot && strcmp(dot, ".description"))
		n += 1 + strcspn(dot + 1, ".");
	for (size_t i = 0; i < s->nr_again; i++) {
		if (!strncmp(s->again[i], id, n) && !s->again[i][n])
			return;
	}
	s->again = xrealloc(s->again, (s->nr_again + 1) * sizeof(*s->again));
	s->again[s->nr_again++] = text("%.*s", (int)n, id);
}

static void add_skip(struct summary *s, const char *reason)
{
	size_t n = strcspn(reason, ":");

	for (size_t i = 0; i < s->nr_classes; i++) {
		if (!strncmp(s->classes[i].name, reason, n) && !s->classes[i].name[n]) {
			s->classes[i].nr++;
			return;
		}
	}
	s->classes = xrealloc(s->classes, (s->nr_classes + 1) * sizeof(*s->classes));
	s->classes[s->nr_classes++] = (struct class) { text("%.*s", (int)n, reason), 1 };
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
	if (r->verdict == VERDICT_SKIP)
		add_skip(context, r->reason);
	if (r->verdict != VERDICT_DEVIATION && r->verdict != VERDICT_MISSING &&
	    r->verdict != VERDICT_FIXED)
		return;
	add_wrong(context, r);
	add_again(context, r->id);
}

static void print_group(const struct group *g)
{
	if (g->statement)
		printf("# wrong: %s \"%s\", decided by %s\n#   %.*s%s\n", g->statement->document,
		       g->statement->section, g->decided_by, MAX_WORDS, g->statement->words,
		       strlen(g->statement->words) > MAX_WORDS ? "..." : "");
	else
		printf("# wrong, and of no statement:\n");
	printf("#   %s", g->first);
	if (g->nr > 1)
		printf(", and %zu more", g->nr - 1);
	putchar('\n');
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	const struct summary *s = context;

	(void)t, (void)c;
	for (size_t i = 0; i < s->nr_groups && i < MAX_GROUPS; i++)
		print_group(&s->groups[i]);
	if (s->nr_groups > MAX_GROUPS)
		printf("# and %zu more statements\n", s->nr_groups - MAX_GROUPS);
	if (s->nr_classes)
		printf("# skipped:");
	for (size_t i = 0; i < s->nr_classes; i++)
		printf("%s %zu %s", i ? "," : "", s->classes[i].nr, s->classes[i].name);
	if (s->nr_classes)
		putchar('\n');
	if (s->nr_again)
		printf("# once more, with the same options:");
	for (size_t i = 0; i < s->nr_again && i < MAX_AGAIN; i++)
		printf(" %s", s->again[i]);
	if (s->nr_again)
		printf(s->nr_again > MAX_AGAIN ? " ...\n" : "\n");
	if (s->evidence)
		printf("# beside what records have shown: %zu confirmed, %zu new, %zu contradicted\n",
		       s->nr_confirmed, s->nr_new, s->nr_contradicted);
}

struct result_sink summary_sink(struct summary *s)
{
	return (struct result_sink) { begin, result, end, s };
}
