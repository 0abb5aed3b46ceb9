// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_AGAIN	6		/* checks to run again by name; if more, their cases */
#define MAX_SECTIONS	8
#define MAX_REASONS	2		/* of a class of SKIPs */
#define MAX_REASON	110		/* characters of a reason */

struct count {
	char *name;
	size_t nr, first;		/* how many, and its place in the order of names */
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
	struct counts known, gone;	/* by section */
	size_t skipped[NR_SKIP_CLASSES];
	struct counts reasons[NR_SKIP_CLASSES];	/* of these SKIPs */
	struct counts again;		/* what to run again */
};

struct summary *summary_new(const struct evidence *evidence)
{
	struct summary *s = xrealloc(NULL, sizeof(*s));

	*s = (struct summary) { .evidence = evidence };
	return s;
}

static void forget(struct summary *s)
{
	counts_free(&s->known);
	counts_free(&s->gone);
	for (enum skip_class skip = 0; skip < NR_SKIP_CLASSES; skip++)
		counts_free(&s->reasons[skip]);
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

static void compare_with_evidence(struct summary *s, const struct seen *seen)
{
	s->nr_confirmed += evidence_confirms(s->evidence, seen);
	s->nr_new += evidence_is_new(s->evidence, seen);
	s->nr_contradicted += seen->row && (seen->verdict == VERDICT_DEVIATION ||
					    seen->verdict == VERDICT_FIXED);
}

static void result(void *context, const struct result *r)
{
	struct summary *s = context;
	const char *section = r->check ? r->check->statement->section : NULL;

	for (size_t i = 0; i < r->nr && s->evidence; i++)
		compare_with_evidence(s, &r->list[i]);
	if (r->verdict == VERDICT_SKIP) {
		s->skipped[r->skip]++;
		counts_add(&s->reasons[r->skip], r->reason, strlen(r->reason));
	}
	if (section && r->verdict == VERDICT_KNOWN)
		counts_add(&s->known, section, strlen(section));
	if (section && r->verdict == VERDICT_FIXED)
		counts_add(&s->gone, section, strlen(section));
	if (verdict_is_wrong(r->verdict))
		counts_add(&s->again, r->id, r->check ? strlen(r->id) : strcspn(r->id, "."));
}

static void print_skips(const struct summary *s, enum skip_class skip, void (*put)(const char *line))
{
	const struct counts *reasons = &s->reasons[skip];
	char *line = text("skipped: %zu %s (%s)", s->skipped[skip], skip_name(skip), skip_remedy(skip));

	for (size_t i = 0; i < reasons->nr && i < MAX_REASONS; i++) {
		const struct count *r = &reasons->list[i];

		line = text_append(line, "%s %zu %.*s%s", i ? ";" : ":", r->nr, MAX_REASON, r->name,
				   strlen(r->name) > MAX_REASON ? "..." : "");
	}
	if (reasons->nr > MAX_REASONS)
		line = text_append(line, "; and %zu more", reasons->nr - MAX_REASONS);
	put(line);
	free(line);
}

static void print_sections(const char *what, const struct counts *sections, const char *then,
			   void (*put)(const char *line))
{
	char *line = text("%s:", what);

	for (size_t i = 0; i < sections->nr && i < MAX_SECTIONS; i++)
		line = text_append(line, "%s %s (%zu)", i ? "," : "", sections->list[i].name,
				   sections->list[i].nr);
	line = text_append(line, "%s%s", sections->nr > MAX_SECTIONS ? ", ..." : "", then);
	if (sections->nr)
		put(line);
	free(line);
}

void summary_print(struct summary *s, void (*put)(const char *line))
{
	char *line;

	counts_sort(&s->known);
	print_sections("known", &s->known, "", put);
	print_sections("gone", &s->gone, ": please tell the project, expected/ is out of date", put);
	for (enum skip_class skip = SKIP_NONE + 1; skip < NR_SKIP_CLASSES; skip++) {
		counts_sort(&s->reasons[skip]);
		if (s->skipped[skip])
			print_skips(s, skip, put);
	}
	if (!s->evidence)
		return;
	line = text("compared with records: %zu observations confirmed, %zu new, %zu contradicted",
		    s->nr_confirmed, s->nr_new, s->nr_contradicted);
	put(line);
	free(line);
}

char *summary_again(const struct summary *s)
{
	struct counts cases = {};
	const struct counts *names = &s->again;
	char *words = NULL;

	for (size_t i = 0; i < s->again.nr; i++)
		counts_add(&cases, s->again.list[i].name, strcspn(s->again.list[i].name, "."));
	if (s->again.nr > MAX_AGAIN)
		names = &cases;
	for (size_t i = 0; i < names->nr; i++)
		words = text_append(words, " %s", names->list[i].name);
	counts_free(&cases);
	return words;
}

struct result_sink summary_sink(struct summary *s)
{
	return (struct result_sink) { .begin = begin, .result = result, .context = s };
}
