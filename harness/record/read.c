// SPDX-License-Identifier: GPL-2.0-only
#include "record/read.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <zlib.h>

#include "text.h"

#define MAX_LINE	(1 << 20)
#define MAX_PLAN	65536

struct reader {
	const struct listener *listeners;
	size_t nr_listeners;
	struct facts facts;
	struct plan plan;
	size_t next;			/* the next entry of the plan */
	const char *variant;		/* the one that has started, and not ended; NULL */
	struct report report;
	bool begun, complete;
};

#define TELL(r, what, ...)	SAY((r)->listeners, (r)->nr_listeners, what, __VA_ARGS__)

/* Return a string if it is printable ASCII, as all writers make them; else NULL. */
static const char *get_string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	for (const char *p = s; p && *p; p++) {
		if (*p < ' ' || *p > '~')
			return NULL;
	}
	return s;
}

static bool get_number(const json_t *object, const char *key, json_int_t max, json_int_t *n)
{
	const json_t *value = json_object_get(object, key);

	*n = json_integer_value(value);
	return json_is_integer(value) && *n >= 0 && *n <= max;
}

/* Return whether @key can be a fact, perhaps one that only another version knows. */
static bool is_key(const char *key)
{
	return *key && !key[strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_.-")];
}

static char *read_facts(struct reader *r, json_t *facts)
{
	const char *key;
	json_t *value;

	json_object_foreach(facts, key, value) {
		const char *s = get_string(facts, key);
		char *error = s && is_key(key) ? NULL : text("\"%s\" is not a fact", key);

		if (!error && fact_is_known(key))
			error = fact_validate(key, s);

		if (error)
			return error;
		facts_set(&r->facts, key, s);
	}
	return NULL;
}

/* Return whether @s can be in a plan: CASE, or CASE.VARIANT with one dot. */
static bool is_name(const char *s)
{
	size_t dots = 0;

	for (const char *p = s; *p; p++)
		dots += *p == '.';
	return *s && *s != '.' && dots <= 1 && s[strlen(s) - 1] != '.' && !strchr(s, '/') &&
	       !strchr(s, ' ');
}

static char *read_plan(struct reader *r, const json_t *line)
{
	const json_t *plan = json_object_get(line, "plan"), *name;
	const json_t *unreadable = json_object_get(line, "unreadable");
	size_t i;

	if (!json_is_array(plan) || !json_is_object(unreadable) ||
	    json_array_size(plan) > MAX_PLAN)
		return text("\"plan\" or \"unreadable\" is missing");
	json_array_foreach(plan, i, name) {
		const char *s = json_string_value(name), *why = s ? get_string(unreadable, s) : NULL;

		if (!s || !is_name(s) || !strchr(s, '.') != !!why)
			return text("entry %zu of the plan is neither a variant nor a case with "
				    "the reason why it is unreadable", i + 1);
		plan_add(&r->plan, s, why);
	}
	return NULL;
}

static char *read_begin(struct reader *r, json_t *line)
{
	const char *format = get_string(line, "format");
	json_t *facts = json_object_get(line, "facts");
	char *error;

	if (r->begun)
		return text("a second line with \"format\"");
	if (format && !strcmp(format, RECORD_FORMAT) && !json_is_object(facts))
		return text("\"facts\" is missing, or not an object");
	if (!format || strcmp(format, RECORD_FORMAT))
		return text("not a \"" RECORD_FORMAT "\", but %s%s%s; expected what --record writes",
			    format ? "a \"" : "something else", format ? format : "",
			    format ? "\"" : "");
	error = read_facts(r, facts);
	if (!error)
		error = read_plan(r, line);
	if (!error) {
		r->begun = true;
		TELL(r, begin, &r->facts, &r->plan);
	}
	return error;
}

static void skip_unreadable(struct reader *r)
{
	while (r->next < r->plan.nr && r->plan.list[r->next].unreadable)
		r->next++;
}

static char *read_started(struct reader *r, const char *variant)
{
	skip_unreadable(r);
	if (r->variant || r->next == r->plan.nr || strcmp(r->plan.list[r->next].name, variant))
		return text("variant %s is not the next one of the plan", variant);
	r->variant = r->plan.list[r->next++].name;
	r->report = (struct report) {};
	TELL(r, started, r->variant);
	return NULL;
}

static void read_numbers(struct line *l, const json_t *line)
{
	const json_t *numbers = json_object_get(line, "numbers"), *n;
	size_t i;

	json_array_foreach(numbers, i, n) {
		if (i == ENTRY_ARGS)
			break;
		l->number[i] = json_is_string(n) ? (int64_t)strtoull(json_string_value(n), NULL, 16)
						 : json_integer_value(n);
		l->nr_numbers = i + 1;
	}
}

static char *read_line(struct reader *r, const json_t *line, bool is_note)
{
	const char *key = is_note ? "" : get_string(line, "key"), *why;
	const char *value = get_string(line, is_note ? "note" : "value");
	struct line *l = &r->report.lines[r->report.nr_lines];

	if (!r->variant || !key || !value || r->report.nr_lines == MAX_ENTRIES ||
	    strlen(key) >= sizeof(l->key) || strlen(value) >= sizeof(l->value))
		return text("a %s that no variant can have", is_note ? "note" : "value");
	*l = (struct line) { .kind = is_note ? ENTRY_NOTE : ENTRY_OBSERVATION };
	strcpy(l->key, key);
	strcpy(l->value, value);
	if (!is_note)
		l->skip = skip_of_value(value, &why);
	read_numbers(l, line);
	r->report.nr_lines++;
	return NULL;
}

static void end_variant(struct reader *r)
{
	const char *variant = r->variant;

	r->variant = NULL;
	TELL(r, ended, variant, &r->report);
}

static char *read_end(struct reader *r, const json_t *line, const char *name)
{
	const char *why = get_string(line, "why");
	json_int_t lines, ms;

	r->report.end = end_of_name(name);
	if (!r->variant || r->report.end == NR_ENDS || !why || strlen(why) >= LINE_SIZE ||
	    !get_number(line, "lines", MAX_ENTRIES, &lines) ||
	    !get_number(line, "ms", UINT32_MAX, &ms))
		return text("an end that no variant can have");
	if (lines != r->report.nr_lines)
		return text("variant %s wrote %lld lines, but %u are here: some were lost",
			    r->variant, (long long)lines, r->report.nr_lines);
	snprintf(r->report.why, sizeof(r->report.why), "%s", why);
	r->report.ms = ms;
	end_variant(r);
	return NULL;
}

/* End with END_TORN each variant of the plan that has not ended. */
static void tear(struct reader *r)
{
	r->report.end = END_TORN;
	strcpy(r->report.why, "the record ends within it");
	if (r->variant)
		end_variant(r);
	for (skip_unreadable(r); r->next < r->plan.nr; skip_unreadable(r)) {
		const char *variant = r->plan.list[r->next++].name;

		r->report = (struct report) { .end = END_TORN, .why = "the record ends before it" };
		TELL(r, started, variant);
		TELL(r, ended, variant, &r->report);
	}
}

static char *read_complete(struct reader *r, const json_t *line)
{
	json_int_t ms, stuck;
	struct completion c;

	skip_unreadable(r);
	if (r->variant || r->next < r->plan.nr || !get_number(line, "ms", INT64_MAX, &ms) ||
	    !get_number(line, "stuck", UINT32_MAX, &stuck))
		return text("the run is complete before all variants of the plan have ended");
	c = (struct completion) {
		.ms = ms, .stuck = stuck, .failed = get_string(line, "failed"),
	};
	r->complete = true;
	TELL(r, complete, &c);
	return NULL;
}

static char *read_object(struct reader *r, json_t *line)
{
	const char *s;

	if (r->complete)
		return text("a line after the last one");
	if (!r->begun || json_object_get(line, "format"))
		return read_begin(r, line);
	if ((s = get_string(line, "variant")))
		return read_started(r, s);
	if (json_object_get(line, "note"))
		return read_line(r, line, true);
	if (json_object_get(line, "key"))
		return read_line(r, line, false);
	if ((s = get_string(line, "end")))
		return read_end(r, line, s);
	if (json_is_true(json_object_get(line, "complete")))
		return read_complete(r, line);
	return text("not a line of a record");
}

/* Return false if no whole line follows, or if it is wrong. */
static bool read_next(struct reader *r, FILE *f, char *buffer, char **error)
{
	json_error_t wrong;
	json_t *line;
	size_t n;

	if (!fgets(buffer, MAX_LINE, f)) {
		*error = ferror(f) ? text("%s", strerror(errno)) : NULL;
		return false;
	}
	n = strlen(buffer);
	if (!n || buffer[n - 1] != '\n') {
		if (!n || !feof(f))
			*error = text("a NUL byte, or more than %d bytes in a line", MAX_LINE);
		return false;
	}
	line = json_loadb(buffer, n, JSON_REJECT_DUPLICATES, &wrong);
	if (!json_is_object(line))
		*error = text("not a record: %s", line ? "not an object" : wrong.text);
	else
		*error = read_object(r, line);
	json_decref(line);
	return !*error;
}

char *record_read(FILE *f, const struct listener *listeners, size_t nr)
{
	struct reader r = { .listeners = listeners, .nr_listeners = nr };
	char *buffer = xrealloc(NULL, MAX_LINE), *error = NULL;
	size_t line = 1;

	while (read_next(&r, f, buffer, &error))
		line++;
	if (!error && !r.begun)
		error = text("no record: it has no whole line");
	if (!error && !r.complete) {
		tear(&r);
		TELL(&r, complete, &(struct completion) { .torn = true });
	}
	free(buffer);
	facts_free(&r.facts);
	plan_free(&r.plan);
	if (error) {
		char *what = error;

		error = text("%zu: %s", line, what);
		free(what);
	}
	return error;
}

static ssize_t read_gz(void *gz, char *buffer, size_t size)
{
	int n = gzread(gz, buffer, size), error;

	if (n < 0) {
		gzerror(gz, &error);
		if (error != Z_ERRNO)
			errno = EIO;
	}
	return n;
}

static int close_gz(void *gz)
{
	return gzclose(gz) == Z_OK ? 0 : -1;
}

/* Don't decompress: zlib would wait for more input than the run has written so far. */
static FILE *open_stdin(void)
{
	int fd = dup(STDIN_FILENO);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f && fd >= 0)
		close(fd);
	return f;
}

FILE *record_open(const char *path)
{
	static const cookie_io_functions_t functions = { .read = read_gz, .close = close_gz };
	gzFile gz;
	FILE *f;

	if (!strcmp(path, "-"))
		return open_stdin();
	gz = gzopen(path, "re");
	if (!gz)
		return NULL;
	f = fopencookie(gz, "r", functions);
	if (!f)
		gzclose(gz);
	return f;
}
