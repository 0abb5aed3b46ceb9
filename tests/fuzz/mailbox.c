// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the mailbox, which the guest writes: harvest it, judge its entries, and
 * describe its crash.
 *
 * The input is the mailbox's header and crash; the rest is both the entries and
 * the memory that their formats point at.
 */
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "judge/judge.h"
#include "run/mailbox.h"

#define MAILBOX_AT	(IMAGE_BASE + 0x20000)
#define HEADER		offsetof(struct mailbox, call)

static const char expectations[] =
	"statement a.rst \"A\" since 6.0\n\twords\ndecided by a.c a()\n"
	"check known: it is known\n\tv.a wb\n\t\tknown uc: it is so\n"
	"check other: it is not\n\tv.b one on vendor=amd\n\tv.c skip host: not here\n";

static void print_check(const struct result *r, void *context)
{
	size_t *n = context;

	++*n;
	if (!r->id || !r->sentence || !r->nr || !r->first || r->first->verdict != r->verdict)
		abort();
	if (r->verdict == VERDICT_OK && !r->first->observed)
		abort();
}

static void check_text(const char s[LINE_SIZE])
{
	size_t n = strnlen(s, LINE_SIZE);

	if (n == 0 || n == LINE_SIZE)
		abort();
	for (size_t k = 0; k < n; k++) {
		if (s[k] < ' ' || s[k] > '~')
			abort();
	}
}

/* Every line is text, and every observation has a key and a value. */
static void check_lines(const struct report *report)
{
	if (report->nr_lines > MAX_ENTRIES)
		abort();
	for (uint32_t i = 0; i < report->nr_lines; i++) {
		const struct line *l = &report->lines[i];
		check_text(l->value);
		if (l->kind == ENTRY_OBSERVATION)
			check_text(l->key);
	}
}

static void judge_all(const struct report *report)
{
	static struct facts p;
	static const struct expectations all;
	static const char *const variants[] = { "v" };
	static struct expected e;
	struct sights sights = {};
	size_t n = 0;

	if (!e.nr_checks && expected_read(&e, fuzz_file("expected", (const uint8_t *)expectations,
							sizeof(expectations) - 1)))
		abort();
	judge_variant(&sights, "case", "v", &all, &e, &p, report);
	judge_case("case", &e, &sights, 0, print_check, &n);
	sights_free(&sights);
	if (n != judge_count(&e, variants, 1))
		abort();
}

static void fill(uint8_t *memory, struct mailbox *m, const uint8_t *data, size_t size)
{
	size_t header = size < HEADER ? size : HEADER, rest = size - header;

	memset(m, 0, sizeof(*m));
	memset(memory + IMAGE_BASE, 0, MAILBOX_AT - IMAGE_BASE);
	memcpy(m, data, header);
	if (rest > sizeof(m->entry))
		rest = sizeof(m->entry);
	memcpy(m->entry, data + header, rest);
	memcpy(memory + IMAGE_BASE, data + header, rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t *memory;
	static struct report report;
	struct case_file c = { .name = (char *)"case" };
	struct mailbox *m;
	char crash[64];

	if (!memory)
		memory = mmap(NULL, MEMORY_END, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		abort();
	m = (struct mailbox *)(memory + MAILBOX_AT);
	fill(memory, m, data, size);
	memset(&report, 0, sizeof(report));
	report.end = END_DONE;
	mailbox_harvest(memory, m, &report);
	check_lines(&report);
	judge_all(&report);
	mailbox_crash(m, &c, crash, sizeof(crash));
	return 0;
}
