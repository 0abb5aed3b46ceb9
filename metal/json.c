// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

static struct {
	char *text;
	size_t size, room;
	bool more_checks;
} record;

static void put(const char *s, size_t n)
{
	if (record.size + n > record.room) {
		record.room = 2 * (record.room + n);
		record.text = xrealloc(record.text, record.room);
	}
	memcpy(record.text + record.size, s, n);
	record.size += n;
}

static void put_text(const char *s)
{
	put(s, strlen(s));
}

/* A string, or null.  What is not ASCII cannot come from a payload. */
static void put_string(const char *s)
{
	if (!s) {
		put_text("null");
		return;
	}
	put_text("\"");
	for (; *s; s++) {
		char escape[8];

		if (*s == '"' || *s == '\\')
			snprintf(escape, sizeof(escape), "\\%c", *s);
		else if (*s < ' ' || *s > '~')
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)*s);
		else
			snprintf(escape, sizeof(escape), "%c", *s);
		put_text(escape);
	}
	put_text("\"");
}

static void put_member(const char *before, const char *key, const char *value)
{
	put_text(before);
	put_string(key);
	put_text(": ");
	put_string(value);
}

void json_begin(const struct facts *facts)
{
	put_text("{\n");
	put_member(" ", "format", "kvm-errata record 1");
	put_text(",\n \"facts\": {");
	for (size_t i = 0; i < facts->nr; i++)
		put_member(i ? ",\n  " : "\n  ", facts->list[i].key, facts->list[i].value);
	put_text("\n },\n \"checks\": [");
}

static void put_source(const struct row *row)
{
	const struct statement *s = row->statement;

	put_member(",\n   ", "document", s->document);
	put_member(",\n   ", "section", s->section);
	put_member(",\n   ", "since", s->since);
	put_member(",\n   ", "statement", s->words);
	put_member(",\n   ", "decided_by", row->decided_by);
}

void json_result(const struct result *r)
{
	put_text(record.more_checks ? ",\n  {" : "\n  {");
	record.more_checks = true;
	put_member("\n   ", "id", r->id);
	put_member(",\n   ", "verdict", verdict_name(r->verdict));
	put_member(",\n   ", "observed", r->observed);
	put_member(",\n   ", "expected", r->row ? r->row->documented.value : NULL);
	put_member(",\n   ", "known", r->known ? r->known->value : NULL);
	put_member(",\n   ", "reason", r->known ? r->known->why : r->reason);
	put_text(r->unverified ? ",\n   \"unverified\": true" : ",\n   \"unverified\": false");
	put_text(",\n   \"notes\": [");
	for (size_t i = 0; i < r->nr_notes; i++) {
		put_text(i ? ",\n    " : "\n    ");
		put_string(r->notes[i]);
	}
	put_text("]");
	if (r->row)
		put_source(r->row);
	put_text("\n  }");
}

const char *json_end(int status, size_t *size)
{
	char end[48];

	snprintf(end, sizeof(end), "\n ],\n \"status\": %u\n}\n", (unsigned int)status);
	put_text(end);
	*size = record.size;
	return record.text;
}
