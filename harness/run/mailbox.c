// SPDX-License-Identifier: GPL-2.0-only
#include "run/mailbox.h"

#include <stdbool.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/*
 * A copy that the guest can no longer change: without the fence the compiler may
 * read @from again where the copy is used, behind its checks.
 */
void mailbox_copy(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	atomic_signal_fence(memory_order_seq_cst);
}

/* A byte of guest memory, as the payload's image sees it; '\0' elsewhere. */
static char guest_byte(const uint8_t *memory, uint64_t address)
{
	if (address < IMAGE_BASE || address >= PAGE_BASE)
		return '\0';
	return *(const volatile char *)(memory + address);
}

struct output {
	char *text;
	size_t used, size;
};

/* What cannot be printed would break TAP and terminals. */
static void put(struct output *o, char c)
{
	if (o->used + 1 < o->size)
		o->text[o->used++] = c >= ' ' && c <= '~' ? c : '?';
}

static void put_string(struct output *o, const char *s)
{
	while (*s)
		put(o, *s++);
}

static void put_guest_string(const uint8_t *memory, struct output *o, uint64_t address)
{
	char c;

	for (size_t n = 0; n < o->size && (c = guest_byte(memory, address + n)); n++)
		put(o, c);
}

/* One conversion, @spec behind its '%'; returns its length, 0 if unknown. */
static size_t convert(const uint8_t *memory, struct output *o, struct line *line,
		      const char *spec, uint64_t arg)
{
	char number[32] = "";
	size_t length = 1;
	bool is_long = spec[0] == 'l';

	if (is_long)
		length++, spec++;
	else if (spec[0] != 's' && spec[0] != 'c')
		arg = (uint32_t)arg;
	switch (spec[0]) {
	case 's':
		put_guest_string(memory, o, arg);
		break;
	case 'c':
		put(o, arg);
		break;
	case 'd':
		arg = is_long ? arg : (uint64_t)(int32_t)arg;
		snprintf(number, sizeof(number), "%ld", (int64_t)arg);
		break;
	case 'u':
		snprintf(number, sizeof(number), "%lu", arg);
		break;
	case 'x':
		snprintf(number, sizeof(number), "%lx", arg);
		break;
	default:
		return 0;
	}
	if (*number)
		line->number[line->nr_numbers++] = arg;
	put_string(o, number);
	return length;
}

/* Returns false where the entry makes no sense. */
static bool format_entry(const uint8_t *memory, const struct entry *r, struct line *line)
{
	struct output o = { line->text, 0, sizeof(line->text) };
	uint64_t p = r->format;
	size_t arg = 0;
	char c;

	line->nr_numbers = 0;
	while ((c = guest_byte(memory, p++))) {
		const char spec[] = { guest_byte(memory, p), guest_byte(memory, p + 1), '\0' };
		size_t length;

		if (o.used + 1 == o.size)
			return false;
		if (c != '%') {
			put(&o, c);
			continue;
		}
		if (spec[0] == '%') {
			put(&o, '%');
			p++;
			continue;
		}
		if (arg == ENTRY_ARGS)
			return false;
		length = convert(memory, &o, line, spec, r->arg[arg++]);
		if (!length)
			return false;
		p += length;
	}
	o.text[o.used] = '\0';
	line->kind = r->kind;
	return o.used > 0 && r->kind <= ENTRY_NOTE &&
	       (r->kind != ENTRY_OBSERVATION || strstr(line->text, " = "));
}

static void garbage(struct report *report, const char *what, uint32_t n)
{
	char before[LINE_SIZE];

	if (report->end == END_GARBAGE)
		return;
	memcpy(before, report->why, sizeof(before));
	report->end = END_GARBAGE;
	snprintf(report->why, sizeof(report->why), "mailbox: %s %u (the guest ended with: %.*s)",
		 what, n, LINE_SIZE - 80, before);
}

void mailbox_harvest(const uint8_t *memory, const struct mailbox *m, struct report *report)
{
	uint32_t magic = *(const volatile uint32_t *)&m->magic;
	uint32_t entries = *(const volatile uint32_t *)&m->entries;

	if (magic != MAILBOX_MAGIC) {
		garbage(report, "wrong magic number", magic);
		return;
	}
	if (entries > MAX_ENTRIES) {
		garbage(report, "impossible number of entries,", entries);
		return;
	}
	for (uint32_t i = 0; i < entries; i++) {
		struct entry r;

		mailbox_copy(&r, &m->entry[i], sizeof(r));
		if (!format_entry(memory, &r, &report->lines[report->nr_lines]))
			garbage(report, "malformed entry", i);
		else
			report->nr_lines++;
	}
}

static const char *const exceptions[32] = {
	[0] = "#DE", [1] = "#DB", [2] = "NMI", [3] = "#BP", [4] = "#OF", [5] = "#BR",
	[6] = "#UD", [7] = "#NM", [8] = "#DF", [10] = "#TS", [11] = "#NP", [12] = "#SS",
	[13] = "#GP", [14] = "#PF", [16] = "#MF", [17] = "#AC", [18] = "#MC", [19] = "#XM",
	[21] = "#CP",
};

const char *mailbox_crash(const struct mailbox *m, const struct case_file *c,
			  char *buffer, size_t size)
{
	char where[96], cr2[32] = "";
	struct crash crash;
	const char *name;

	mailbox_copy(&crash, &m->crash, sizeof(crash));
	name = crash.vector < 32 ? exceptions[crash.vector] : NULL;
	if (crash.vector == 14)
		snprintf(cr2, sizeof(cr2), ", CR2 0x%lx", crash.cr2);
	snprintf(buffer, size, "vCPU %u: unexpected %s (vector %u, error code 0x%lx%s) at %s, "
		 "RSP 0x%lx", crash.cpu, name ? name : "exception", crash.vector, crash.error,
		 cr2, case_locate(c, crash.rip, where, sizeof(where)), crash.rsp);
	return buffer;
}
