// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/record.h"

#include <stdlib.h>

static void put_string(FILE *f, const char *s)
{
	putc('"', f);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			putc('\\', f);
		putc(*s, f);
	}
	putc('"', f);
}

static void put_hex(FILE *f, const char *key, const uint8_t *bytes, size_t n)
{
	fprintf(f, "\"%s\": \"", key);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%02x", bytes[i]);
	fputs("\", ", f);
}

static void put_numbers(FILE *f, const char *key, const uint64_t *numbers, size_t n)
{
	fprintf(f, "\"%s\": [", key);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s\"0x%lx\"", i ? ", " : "", numbers[i]);
	fputs("], ", f);
}

static void put_state(FILE *f, const char *key, const struct state *s)
{
	const uint64_t numbers[] = {
		s->rip, s->rflags, s->cs, s->ss, s->vector, s->error, s->cr2, s->dr6,
		s->ds, s->es, s->fs, s->gs,
	};

	fprintf(f, "\"%s\": {", key);
	put_numbers(f, "gpr", s->gpr, NR_GPRS);
	put_numbers(f, "others", numbers, sizeof(numbers) / sizeof(*numbers));
	put_hex(f, "memory", s->memory, WINDOW_SIZE);
	put_numbers(f, "xmm", s->xmm, sizeof(s->xmm) / sizeof(*s->xmm));
	fputs("\"end\": ", f);
	put_string(f, vector_words(s->vector));
	fputs("}", f);
}

static void write_begun(const struct hunt_header *h, void *data)
{
	FILE *f = data;

	fputs("{\"format\": \"" HUNT_FORMAT "\", \"facts\": {", f);
	for (size_t i = 0; i < h->facts.nr; i++) {
		put_string(f, h->facts.list[i].key);
		fputs(": ", f);
		put_string(f, h->facts.list[i].value);
		fputs(i + 1 < h->facts.nr ? ", " : "", f);
	}
	fprintf(f, "}, \"seed\": %lu, \"map\": %d, \"from\": %lu, \"of\": %lu, \"arms\": \"",
		h->plan.space.seed, h->plan.space.map, h->plan.from, h->plan.until);
	for (enum arm arm = NATIVE; arm < NR_ARMS; arm++) {
		if (h->plan.arms[arm])
			putc(arm_letters[arm], f);
	}
	fputs("\", \"lacks\": ", f);
	put_string(f, h->lacks ? h->lacks : "");
	fputs("}\n", f);
	fflush(f);
}

static void write_running(uint64_t index, uint64_t last, void *data)
{
	FILE *f = data;

	fprintf(f, "{\"running\": %lu, \"last\": %lu}\n", index, last);
	fflush(f);
}

static void write_found(const struct difference *d, void *data)
{
	FILE *f = data;
	char *words = compare_words(d->differs);

	fprintf(f, "{\"arm\": \"%c\", \"index\": %lu, \"length\": %u, \"cpl\": %d, \"rflags\": \"0x%lx\", \"differs\": \"%s\", ",
		arm_letters[d->arm], d->index, d->program.length, d->program.cs == CODE_3 ? 3 : 0,
		d->program.rflags, words);
	put_hex(f, "bytes", d->program.bytes, sizeof(d->program.bytes));
	put_numbers(f, "gpr", d->program.gpr, NR_GPRS);
	put_hex(f, "window", d->pattern, WINDOW_SIZE);
	put_state(f, "native", &d->native);
	fputs(", ", f);
	put_state(f, "other", &d->other);
	fputs("}\n", f);
	fflush(f);
	free(words);
}

static void write_ended(const struct hunt_counts *c, void *data)
{
	FILE *f = data;

	fprintf(f, "{\"next\": %lu, \"programs\": %lu, \"pairs\": %lu, \"raw\": %lu, \"kinds\": %lu, "
		"\"not_emulated\": {\"F\": %lu, \"M\": %lu}, \"ms\": %.0f, \"complete\": true}\n",
		c->next, c->programs, c->pairs, c->raw, c->differences, c->not_emulated[PREFIX],
		c->not_emulated[MMIO], c->seconds * 1000);
	fflush(f);
}

struct hunt_listener hunt_write(FILE *f)
{
	return (struct hunt_listener) { write_begun, write_running, write_found, write_ended, f };
}
