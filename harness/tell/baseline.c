// SPDX-License-Identifier: GPL-2.0-only
#include "tell/baseline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/hypervisor.h"
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
		printf("# baseline: that CPU is emulated: it shows no hardware\n");
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

/* The result of @id that saw something, else its sibling that did. */
static const struct result *find(const struct baseline *b, const char *id)
{
	const struct result *sibling = NULL;

	for (size_t i = 0; i < b->record.nr; i++) {
		const struct result *r = &b->record.results[i];

		if (r->verdict == VERDICT_SKIP || !r->observed)
			continue;
		if (!strcmp(r->id, id))
			return r;
		if (is_sibling(r->id, id))
			sibling = r;
	}
	return sibling;
}

static void print(struct baseline *b)
{
	if (!b->section)
		return;
	printf("# \"%s\": %s beside this KVM: %zu alike%s\n", b->section, b->who, b->alike,
	       b->lines ? ", and" : "");
	if (b->lines)
		fputs(b->lines, stdout);
	free(b->lines);
	b->lines = NULL;
	b->section = NULL;
	b->alike = 0;
}

static void result(void *context, const struct result *r)
{
	const struct result *there;
	struct baseline *b = context;
	const char *section = r->row ? r->row->statement->section : NULL;

	if (b->name && strncmp(b->name, r->id, strlen(b->name)))
		print(b);
	free(b->name);
	b->name = text("%.*s.", (int)strcspn(r->id, "."), r->id);
	if (!section || !r->observed || r->verdict == VERDICT_SKIP)
		return;
	there = find(b, r->id);
	if (!there)
		return;
	if (b->section && strcmp(b->section, section))
		print(b);
	b->section = section;
	if (!strcmp(there->observed, r->observed))
		b->alike++;
	else if (!strcmp(there->id, r->id))
		b->lines = text_append(b->lines, "#   %s: %s %s, KVM %s\n", r->id, b->who,
				       there->observed, r->observed);
	else
		b->lines = text_append(b->lines, "#   %s: %s %s (as %s), KVM %s\n", r->id, b->who,
				       there->observed, there->id, r->observed);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	(void)t, (void)c;
	print(context);
}

struct result_sink baseline_sink(struct baseline *b)
{
	return (struct result_sink) { begin, result, end, b };
}
