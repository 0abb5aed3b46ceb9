// SPDX-License-Identifier: GPL-2.0-only
#include "tell/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/facts.h"
#include "tell/judged.h"
#include "text.h"

struct baseline {
	char *path;
	struct judged record;
	const char *who;		/* "bare metal", or another record's vendor */
	const char *section;		/* of the lines below */
	char *name;			/* their case, with its dot */
	char *lines;
	size_t alike;
};

struct baseline *baseline_open(const char *path, struct expectations *e, char **error)
{
	struct baseline *b = xrealloc(NULL, sizeof(*b));
	const char *vendor;

	*b = (struct baseline) { .path = text_printable(path) };
	*error = judged_read(&b->record, path, e);
	if (*error) {
		baseline_close(b);
		return NULL;
	}
	vendor = facts_get(&b->record.facts, "vendor");
	b->who = !vendor ? "the baseline" : strcmp(vendor, "metal") ? vendor : "bare metal";
	return b;
}

void baseline_close(struct baseline *b)
{
	judged_free(&b->record);
	free(b->lines);
	free(b->name);
	free(b->path);
	free(b);
}

static void begin(void *context, size_t plan, const struct facts *facts)
{
	struct baseline *b = context;
	const char *cpu = facts_get(&b->record.facts, "cpu");

	(void)plan, (void)facts;
	printf("# baseline: %s, %s, %s\n", b->path, b->who, cpu ? cpu : "unknown CPU");
	if (hypervisor_emulates(&b->record.facts))
		printf("# baseline: its CPU is emulated, and does not show what hardware does\n");
}

/* Whether @a and @b are the same key of the same case, "CASE.*.KEY". */
static bool is_sibling(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");
	const char *x, *y;

	if (strncmp(a, b, n) || !a[n] || b[n] != '.')
		return false;
	x = strchr(a + n + 1, '.');
	y = strchr(b + n + 1, '.');
	return x && y && !strcmp(x, y);
}

/* Return the observation @id if it was seen, else a sibling that was. */
static const struct seen *find(const struct baseline *b, const char *id)
{
	const struct seen *sibling = NULL;

	for (size_t i = 0; i < b->record.nr; i++) {
		for (size_t k = 0; k < b->record.results[i].nr; k++) {
			const struct seen *s = &b->record.results[i].list[k];

			if (s->verdict == VERDICT_SKIP || !s->observed)
				continue;
			if (!strcmp(s->id, id))
				return s;
			if (is_sibling(s->id, id))
				sibling = s;
		}
	}
	return sibling;
}

static void print(struct baseline *b)
{
	if (!b->section || (!b->alike && !b->lines))
		return;
	printf("# \"%s\": %s next to this KVM: %zu alike%s\n", b->section, b->who, b->alike,
	       b->lines ? ", others differ:" : "");
	if (b->lines)
		fputs(b->lines, stdout);
	free(b->lines);
	b->lines = NULL;
	b->section = NULL;
	b->alike = 0;
}

static void add(struct baseline *b, const struct seen *here)
{
	const struct seen *there = here->observed && here->verdict != VERDICT_SKIP ?
		find(b, here->id) : NULL;

	if (!there)
		return;
	if (!strcmp(there->observed, here->observed))
		b->alike++;
	else if (!strcmp(there->id, here->id))
		b->lines = text_append(b->lines, "#   %s: %s %s, KVM %s\n", here->id, b->who,
				       there->observed, here->observed);
	else
		b->lines = text_append(b->lines, "#   %s: %s %s (as %s), KVM %s\n", here->id, b->who,
				       there->observed, there->id, here->observed);
}

static void result(void *context, const struct result *r)
{
	struct baseline *b = context;
	const char *section = r->check ? r->check->statement->section : NULL;

	if (b->name && strncmp(b->name, r->id, strlen(b->name)))
		print(b);
	free(b->name);
	b->name = text("%.*s.", (int)strcspn(r->id, "."), r->id);
	if (!section)
		return;
	if (b->section && strcmp(b->section, section))
		print(b);
	b->section = section;
	for (size_t i = 0; i < r->nr; i++)
		add(b, &r->list[i]);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	(void)t, (void)c;
	print(context);
}

struct result_sink baseline_sink(struct baseline *b)
{
	return (struct result_sink) { .begin = begin, .result = result, .end = end, .context = b };
}
