// SPDX-License-Identifier: GPL-2.0-only
#include "tell/page/data.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "text.h"

#define MAX_NUMBER	(1ll << 53)	/* JavaScript's numbers are exact up to this */

/* Each value once; equal values have the same number. */
struct table {
	json_t *list, *numbers;
};

enum { STATEMENTS, REASONS, ROWS, LINES, SEEN, CELLS, NR_TABLES };

struct data {
	struct table tables[NR_TABLES];
	json_t *checks, *by_id;
	size_t nr_platforms;
};

/* Return the number of @value, and take its reference. */
static json_t *number_of(struct data *d, size_t table, json_t *value)
{
	struct table *t = &d->tables[table];
	char *key = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	json_t *number = json_object_get(t->numbers, key);

	if (!number) {
		number = json_integer(json_array_size(t->list));
		json_array_append(t->list, value);
		json_object_set_new(t->numbers, key, number);
	}
	json_decref(value);
	free(key);
	return json_incref(number);
}

/* Return @s, made printable if it is not UTF-8: a source or a path may have any bytes. */
static json_t *string(const char *s)
{
	json_t *value = s ? json_string(s) : json_null();
	char *printable;

	if (value)
		return value;
	printable = text_printable(s);
	value = json_string(printable);
	free(printable);
	return value;
}

static json_t *condition(const struct condition *c)
{
	char *words = condition_text(c);
	json_t *value = string(words);

	free(words);
	return value;
}

/* "CLASS: WHY", or @reason alone; null: none. */
static json_t *reason(enum skip_class skip, const char *reason)
{
	char *words = reason ? skip_words(skip, reason) : NULL;
	json_t *value = string(words);

	free(words);
	return value;
}

/* Return the number of a reason, or null. */
static json_t *reason_number(struct data *d, enum skip_class skip, const char *why)
{
	return why ? number_of(d, REASONS, reason(skip, why)) : json_null();
}

static json_t *statement(struct data *d, const struct statement *s)
{
	return number_of(d, STATEMENTS, json_pack("[o,o,o,o]", string(s->document),
						  string(s->section), string(s->since),
						  string(s->words)));
}

static json_t *row(struct data *d, const struct row *r)
{
	json_t *value;

	if (!r)
		return json_null();
	value = json_pack("[o,o,o]", string(r->documented.value), condition(&r->documented.on),
			  reason(r->documented.skip, r->documented.value ? NULL : r->documented.why));
	for (const struct value *v = r->known; v; v = v->next)
		json_array_append_new(value, json_pack("[o,o,o]", string(v->value),
						       condition(&v->on), string(v->why)));
	return number_of(d, ROWS, value);
}

/* Return the number of @l, as it is in the record. */
static json_t *line(struct data *d, const struct line *l)
{
	json_t *value = json_pack("[o,o]", string(l->kind == ENTRY_NOTE ? NULL : l->key), string(l->value));

	for (size_t i = 0; i < l->nr_numbers; i++) {
		long long n = l->number[i];
		char *hex = text("0x%llx", n);

		json_array_append_new(value, n < -MAX_NUMBER || n > MAX_NUMBER ? string(hex)
				      : json_integer(n));
		free(hex);
	}
	return number_of(d, LINES, value);
}

/* Return which known value of its row @s has shown; null: none. */
static json_t *known(const struct seen *s)
{
	size_t n = 0;

	if (!s->row || !s->known)
		return json_null();
	for (const struct value *v = s->row->known; v; v = v->next, n++) {
		if (v == s->known)
			return json_integer(n);
	}
	return json_null();
}

/* Return the index of @id, CASE.VARIANT.KEY, in its check's @ids; add it if it is missing. */
static json_t *place(json_t *ids, const char *id)
{
	const char *of_case = strchr(id, '.') + 1;
	size_t n = 0;

	while (n < json_array_size(ids) &&
	       strcmp(json_string_value(json_array_get(ids, n)), of_case))
		n++;
	if (n == json_array_size(ids))
		json_array_append_new(ids, string(of_case));
	return json_integer(n);
}

static json_t *seen(struct data *d, const struct seen *s, json_t *ids)
{
	json_t *number = known(s), *value;
	/* Why it is known is in its row, or not in any row. */
	const char *why = s->known && json_is_null(number) ? s->known->why : s->reason;

	value = json_pack("[o,i,o,o,o,o]", place(ids, s->id), (int)s->verdict, string(s->observed),
			  reason_number(d, s->skip, why), row(d, s->row), number);
	for (size_t i = 0; i < s->nr_lines; i++)
		json_array_append_new(value, line(d, &s->lines[i]));
	return number_of(d, SEEN, value);
}

static json_t *cell(struct data *d, const struct result *r, json_t *ids)
{
	json_t *value = json_pack("[i,o]", (int)r->verdict, reason_number(d, r->skip, r->reason));

	for (size_t i = 0; i < r->nr; i++)
		json_array_append_new(value, seen(d, &r->list[i], ids));
	return number_of(d, CELLS, value);
}

enum { CHECK_IDS = 5, CHECK_CELLS };

/* Return the check called @id, which is added if it is not there yet. */
static json_t *check(struct data *d, const char *id, const char *sentence, const struct check *from)
{
	json_t *c = json_object_get(d->by_id, id), *rows, *ids;

	if (c)
		return c;
	rows = json_array();
	ids = json_array();
	for (size_t i = 0; from && i < from->nr_rows; i++)
		json_array_append_new(rows, row(d, from->rows[i]));
	for (size_t i = 0; from && i < from->nr_ids; i++)
		json_array_append_new(ids, string(from->ids[i]));
	c = json_pack("[o,o,o,o,o,o]", string(id), string(sentence),
		      from ? statement(d, from->statement) : json_null(),
		      string(from ? from->decided_by : NULL), rows, ids);
	for (size_t i = 0; i < d->nr_platforms; i++)
		json_array_append_new(c, json_null());
	json_array_append(d->checks, c);
	json_object_set_new(d->by_id, id, c);
	return c;
}

/* Add all checks of expected/CASE, whether a record shows them or not. */
static void add_expectation(struct data *d, const struct expectation *c)
{
	const struct expected *e = &c->expected;

	for (size_t i = 0; i < e->nr_checks; i++) {
		char *id = text("%s.%s", c->name, e->checks[i]->name);

		check(d, id, e->checks[i]->sentence, e->checks[i]);
		free(id);
	}
}

static void add_record(struct data *d, size_t platform, const struct judged *j)
{
	for (size_t i = 0; i < j->nr; i++) {
		const struct result *r = &j->results[i];
		json_t *c = check(d, r->id, r->sentence, r->check);

		json_array_set_new(c, CHECK_CELLS + platform, cell(d, r, json_array_get(c, CHECK_IDS)));
	}
}

static json_t *platform(const struct judged *j, char **paths, size_t nr, size_t n)
{
	char *name = judged_name(paths, nr, n);
	json_t *facts = json_object(), *value;

	for (size_t i = 0; i < j->facts.nr; i++)
		json_object_set_new(facts, j->facts.list[i].key, string(j->facts.list[i].value));
	value = json_pack("{so,so,so,so}", "name", string(name), "file", string(paths[n]),
			  "failed", string(j->failed), "facts", facts);
	free(name);
	return value;
}

static json_t *comments(const struct expectations *e, const char *sources)
{
	json_t *value = json_object();

	for (size_t i = 0; sources && i < e->nr; i++) {
		char *comment = comment_read(sources, e->list[i]->name);

		if (comment)
			json_object_set_new(value, e->list[i]->name, string(comment));
		free(comment);
	}
	return value;
}

/* Return @bytes as base64. */
static char *base64(const unsigned char *bytes, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *s = xrealloc(NULL, (size + 2) / 3 * 4 + 1), *p = s;

	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i;
		uint32_t three = bytes[i] << 16 | (left > 1 ? bytes[i + 1] << 8 : 0) |
				 (left > 2 ? bytes[i + 2] : 0);

		*p++ = digits[three >> 18];
		*p++ = digits[three >> 12 & 63];
		*p++ = left > 1 ? digits[three >> 6 & 63] : '=';
		*p++ = left > 2 ? digits[three & 63] : '=';
	}
	*p = '\0';
	return s;
}

char *page_data(const struct judged *records, char **paths, size_t nr,
		const struct expectations *e, const char *sources)
{
	struct data d = { .nr_platforms = nr };
	json_t *platforms, *verdicts, *all;
	unsigned char *compressed;
	char *json, *words;
	uLongf size;

	for (size_t i = 0; i < NR_TABLES; i++)
		d.tables[i] = (struct table) { json_array(), json_object() };
	d.checks = json_array();
	d.by_id = json_object();
	platforms = json_array();
	verdicts = json_array();
	for (size_t i = 0; i < e->nr; i++) {
		if (!e->list[i]->error)
			add_expectation(&d, e->list[i]);
	}
	for (enum verdict v = 0; v < NR_VERDICTS; v++)
		json_array_append_new(verdicts, string(verdict_name(v)));
	for (size_t i = 0; i < nr; i++) {
		add_record(&d, i, &records[i]);
		json_array_append_new(platforms, platform(&records[i], paths, nr, i));
	}
	all = json_pack("{so,so,sO,sO,sO,sO,sO,sO,so,so}", "verdicts", verdicts, "platforms", platforms,
			"statements", d.tables[STATEMENTS].list,
			"reasons", d.tables[REASONS].list, "rows", d.tables[ROWS].list,
			"lines", d.tables[LINES].list, "seen", d.tables[SEEN].list,
			"cells", d.tables[CELLS].list, "checks", d.checks, "cases", comments(e, sources));
	json = json_dumps(all, JSON_COMPACT);
	size = compressBound(strlen(json));
	compressed = xrealloc(NULL, size);
	compress2(compressed, &size, (unsigned char *)json, strlen(json), Z_BEST_COMPRESSION);
	words = base64(compressed, size);
	free(compressed);
	free(json);
	json_decref(all);
	json_decref(d.by_id);
	for (size_t i = 0; i < NR_TABLES; i++) {
		json_decref(d.tables[i].list);
		json_decref(d.tables[i].numbers);
	}
	return words;
}
