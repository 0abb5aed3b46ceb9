// SPDX-License-Identifier: GPL-2.0-only
#include "tell/baseline.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tell/record.h"
#include "text.h"

struct baseline {
	char *path;
	json_t *root;
	char *who;			/* "bare metal", or another record's vendor */
	const char *section;		/* of the lines below */
	char *lines;
	size_t alike;
};

static const char *fact(const struct baseline *b, const char *key)
{
	return json_string_value(json_object_get(json_object_get(b->root, "facts"), key));
}

struct baseline *baseline_open(const char *path, char **error)
{
	struct baseline *b = xrealloc(NULL, sizeof(*b));
	json_error_t wrong;
	const char *format;

	*b = (struct baseline) { .path = text("%s", path), .root = json_load_file(path, 0, &wrong) };
	format = json_string_value(json_object_get(b->root, "format"));
	if (!b->root) {
		*error = text("%s: %s", path, wrong.text);
	} else if (!format || strcmp(format, RECORD_FORMAT) ||
		   !json_is_array(json_object_get(b->root, "checks"))) {
		*error = text("%s: not a \"" RECORD_FORMAT "\", as --record writes it", path);
	} else {
		const char *vendor = fact(b, "vendor");

		b->who = text_printable(!vendor ? "the baseline" :
					strcmp(vendor, "metal") ? vendor : "bare metal");
		return b;
	}
	baseline_close(b);
	return NULL;
}

void baseline_close(struct baseline *b)
{
	json_decref(b->root);
	free(b->lines);
	free(b->who);
	free(b->path);
	free(b);
}

void baseline_begin(const struct baseline *b)
{
	char *cpu = text_printable(fact(b, "cpu") ? fact(b, "cpu") : "unknown CPU");
	char *path = text_printable(b->path);

	printf("# baseline: %s, %s, %s\n", path, b->who, cpu);
	if (fact(b, "emulator"))
		printf("# baseline: that CPU is emulated: it shows no hardware\n");
	free(path);
	free(cpu);
}

/* What @check saw, or NULL. */
static const char *seen(const json_t *check)
{
	const char *verdict = json_string_value(json_object_get(check, "verdict"));

	if (!verdict || !strcmp(verdict, verdict_name(VERDICT_SKIP)))
		return NULL;
	return json_string_value(json_object_get(check, "observed"));
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

/* The check of @id that saw something, else its sibling that did. */
static const json_t *find(const struct baseline *b, const char *id)
{
	const json_t *sibling = NULL, *check;
	size_t i;

	json_array_foreach(json_object_get(b->root, "checks"), i, check) {
		const char *other = json_string_value(json_object_get(check, "id"));

		if (!other || !seen(check))
			continue;
		if (!strcmp(other, id))
			return check;
		if (is_sibling(other, id))
			sibling = check;
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

void baseline_result(struct baseline *b, const struct result *r)
{
	const json_t *check;
	char *there, *id;

	if (!r->row || !r->observed || r->verdict == VERDICT_SKIP)
		return;
	check = find(b, r->id);
	if (!check)
		return;
	if (b->section && strcmp(b->section, r->row->statement->section))
		print(b);
	b->section = r->row->statement->section;
	there = text_printable(seen(check));
	id = text_printable(json_string_value(json_object_get(check, "id")));
	if (!strcmp(there, r->observed))
		b->alike++;
	else if (!strcmp(id, r->id))
		b->lines = text_append(b->lines, "#   %s: %s %s, KVM %s\n", r->id, b->who, there,
				       r->observed);
	else
		b->lines = text_append(b->lines, "#   %s: %s %s (as %s), KVM %s\n", r->id, b->who,
				       there, id, r->observed);
	free(there);
	free(id);
}

void baseline_end_case(struct baseline *b)
{
	print(b);
	fflush(stdout);
}
