// SPDX-License-Identifier: GPL-2.0-only
#include "run/mailbox.h"

#include <stdbool.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/*
 * Make a copy that the guest cannot change.  Without the fence, the compiler may
 * read @from again where the copy is used, after it has been checked.
 */
void mailbox_copy(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
	atomic_signal_fence(memory_order_seq_cst);
}

/* Return the byte at @address in the payload's memory, or '\0' outside of it. */
static char guest_byte(const uint8_t *memory, uint64_t address)
{
	if (address < IMAGE_BASE || address >= PAGE_BASE)
		return '\0';
	return *(const volatile char *)(memory + address);
}

struct output {
	char *text;
	size_t used, size;
	unsigned char first;		/* character, before it was made printable */
};

#define SEPARATOR	" = "		/* of key and value, in a format */

/* Replace unprintable characters, which would break TAP and terminals. */
static void put(struct output *o, char c)
{
	if (!o->used)
		o->first = c;
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

/* Format @arg by the conversion after '%' at @spec; return its length, or 0 if it is unknown. */
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

/* An entry while it is formatted. */
struct formatting {
	const uint8_t *memory;
	const struct entry *entry;
	uint64_t p;			/* guest address of the next character of its format */
	size_t arg;			/* index of its next argument */
	struct line *line;
};

static bool is_next(const struct formatting *f, const char *s)
{
	size_t i = 0;

	while (s[i] && guest_byte(f->memory, f->p + i) == s[i])
		i++;
	return !s[i];
}

/* Format up to @end, or for NULL all of the format; return false if the format is malformed. */
static bool format_until(struct formatting *f, struct output *o, const char *end)
{
	char c;

	while ((c = guest_byte(f->memory, f->p)) && !(end && is_next(f, end))) {
		const char spec[] = {
			guest_byte(f->memory, f->p + 1), guest_byte(f->memory, f->p + 2), '\0',
		};
		size_t length = 1;

		if (o->used + 1 == o->size)
			return false;
		if (c != '%' || spec[0] == '%') {
			put(o, c);
			f->p += c == '%';
		} else if (f->arg == ENTRY_ARGS) {
			return false;
		} else {
			length = convert(f->memory, o, f->line, spec, f->entry->arg[f->arg++]);
			if (!length)
				return false;
			f->p++;
		}
		f->p += length;
	}
	o->text[o->used] = '\0';
	return o->used > 0;
}

/* The key is the scopes, then the format up to " = ". */
static bool format_key(struct formatting *f)
{
	struct output o = { f->line->key, 0, sizeof(f->line->key), 0 };

	for (size_t i = 0; i < ENTRY_SCOPES && f->entry->scope[i]; i++) {
		put_guest_string(f->memory, &o, f->entry->scope[i]);
		put(&o, '.');
	}
	if (!format_until(f, &o, SEPARATOR) || !is_next(f, SEPARATOR))
		return false;
	f->p += strlen(SEPARATOR);
	return true;
}

#define LONGEST_CLASS	16		/* "?environment: " */

/* If the first byte of a value is a class, it becomes "?CLASS: WHY", as in records. */
static bool format_value(struct formatting *f)
{
	struct line *line = f->line;
	struct output o = { line->value, 0, sizeof(line->value), 0 };
	char why[LINE_SIZE];

	if (!format_until(f, &o, NULL))
		return false;
	/* In a record, a value that begins with '?' means that nothing was observed. */
	if (o.first <= SKIP_NONE || o.first >= SKIP_VENDOR)
		return line->value[0] != '?';
	line->skip = o.first;
	memcpy(why, line->value + 1, o.used);
	snprintf(line->value, sizeof(line->value), "?%s: %.*s", skip_name(line->skip),
		 LINE_SIZE - LONGEST_CLASS, why);
	return true;
}

/* Return false if the entry is malformed. */
static bool format_entry(const uint8_t *memory, const struct entry *e, struct line *line)
{
	struct formatting f = { .memory = memory, .entry = e, .p = e->format, .line = line };
	struct output o = { line->value, 0, sizeof(line->value), 0 };

	*line = (struct line) { .kind = e->kind };
	if (e->kind == ENTRY_NOTE)
		return format_until(&f, &o, NULL);
	return e->kind == ENTRY_OBSERVATION && format_key(&f) && format_value(&f);
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
