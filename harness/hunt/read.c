// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/record.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define MAX_LINE	65536

static bool get_number(const json_t *value, uint64_t *number)
{
	const char *s = json_string_value(value);
	char *end;

	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return json_integer_value(value) >= 0;
	}
	if (!s || strncmp(s, "0x", 2))
		return false;
	errno = 0;
	*number = strtoull(s, &end, 16);
	return !*end && !errno;
}

static bool get_numbers(const json_t *line, const char *key, uint64_t *numbers, size_t n)
{
	const json_t *list = json_object_get(line, key);

	if (json_array_size(list) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!get_number(json_array_get(list, i), &numbers[i]))
			return false;
	}
	return true;
}

static bool get_hex(const json_t *line, const char *key, uint8_t *bytes, size_t n)
{
	const char *s = json_string_value(json_object_get(line, key));

	if (!s || strlen(s) != 2 * n || strspn(s, "0123456789abcdef") != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char byte[] = { s[2 * i], s[2 * i + 1], '\0' };

		bytes[i] = strtoul(byte, NULL, 16);
	}
	return true;
}

static bool get_state(const json_t *state, struct state *s)
{
	uint64_t n[12];

	if (!get_numbers(state, "gpr", s->gpr, NR_GPRS) || !get_numbers(state, "others", n, 12) ||
	    !get_hex(state, "memory", s->memory, WINDOW_SIZE) || !get_numbers(state, "xmm", s->xmm, 8))
		return false;
	s->rip = n[0];
	s->rflags = n[1];
	s->cs = n[2];
	s->ss = n[3];
	s->vector = n[4];
	s->error = n[5];
	s->cr2 = n[6];
	s->dr6 = n[7];
	s->ds = n[8];
	s->es = n[9];
	s->fs = n[10];
	s->gs = n[11];
	return true;
}

static bool get_arm(const json_t *line, enum arm *arm)
{
	const char *s = json_string_value(json_object_get(line, "arm")), *at;

	at = s && strlen(s) == 1 ? strchr(arm_letters, *s) : NULL;
	*arm = at ? at - arm_letters : NATIVE;
	return *arm != NATIVE;
}

static char *read_header(const json_t *line, struct hunt_header *h)
{
	const char *format = json_string_value(json_object_get(line, "format")), *key;
	const char *arms = json_string_value(json_object_get(line, "arms"));
	const char *lacks = json_string_value(json_object_get(line, "lacks"));
	json_t *facts = json_object_get(line, "facts"), *value, *map;

	if (!format || strcmp(format, HUNT_FORMAT))
		return text("not a record of this version's hunt, whose format is \"" HUNT_FORMAT "\"");
	if (!json_is_object(facts) || !arms ||
	    !get_number(json_object_get(line, "seed"), &h->plan.space.seed) ||
	    !get_number(json_object_get(line, "from"), &h->plan.from) ||
	    !get_number(json_object_get(line, "of"), &h->plan.until))
		return text("the first line lacks facts, arms, seed, from or of");
	map = json_object_get(line, "map");
	if (!json_is_integer(map) || json_integer_value(map) < -1 || json_integer_value(map) > 3)
		return text("map: expected -1 to 3");
	h->plan.space.map = json_integer_value(map);
	if (strspn(arms, arm_letters) != strlen(arms))
		return text("arms: expected N, F, M and H");
	json_object_foreach(facts, key, value) {
		if (json_is_string(value) && fact_is_known(key))
			facts_set(&h->facts, key, json_string_value(value));
	}
	for (enum arm arm = NATIVE; arm < NR_ARMS; arm++)
		h->plan.arms[arm] = strchr(arms, arm_letters[arm]);
	h->lacks = lacks && *lacks ? text_printable(lacks) : NULL;
	return NULL;
}

static char *read_running(const json_t *line, const struct hunt_listener *listener)
{
	uint64_t index, last;

	if (!get_number(json_object_get(line, "running"), &index) ||
	    !get_number(json_object_get(line, "last"), &last))
		return text("a batch lacks running or last");
	listener->running(index, last, listener->data);
	return NULL;
}

static char *read_difference(const json_t *line, const struct hunt_listener *listener)
{
	struct difference d = {};
	uint64_t length, cpl;

	if (!get_arm(line, &d.arm) || !get_number(json_object_get(line, "index"), &d.index) ||
	    !get_number(json_object_get(line, "length"), &length) ||
	    length > sizeof(d.program.bytes) || !get_number(json_object_get(line, "cpl"), &cpl) ||
	    !get_number(json_object_get(line, "rflags"), &d.program.rflags) ||
	    !get_numbers(line, "gpr", d.program.gpr, NR_GPRS) ||
	    !get_hex(line, "bytes", d.program.bytes, sizeof(d.program.bytes)) ||
	    !get_hex(line, "window", d.pattern, WINDOW_SIZE) ||
	    !get_state(json_object_get(line, "native"), &d.native) ||
	    !get_state(json_object_get(line, "other"), &d.other))
		return text("a difference without arm, length, cpl, rflags, gpr, bytes, window, native or other");
	d.program.length = length;
	d.program.cs = cpl ? CODE_3 : CODE_0;
	d.program.ss = cpl ? DATA_3 : DATA_0;
	d.differs = compare_arms(d.arm, &d.native, &d.other);
	listener->found(&d, listener->data);
	return NULL;
}

static char *read_end(const json_t *line, const struct hunt_listener *listener)
{
	const json_t *not_emulated = json_object_get(line, "not_emulated");
	struct hunt_counts c = {};
	uint64_t ms;

	if (!get_number(json_object_get(line, "next"), &c.next) ||
	    !get_number(json_object_get(line, "programs"), &c.programs) ||
	    !get_number(json_object_get(line, "pairs"), &c.pairs) ||
	    !get_number(json_object_get(line, "raw"), &c.raw) ||
	    !get_number(json_object_get(line, "kinds"), &c.differences) ||
	    !get_number(json_object_get(not_emulated, "F"), &c.not_emulated[PREFIX]) ||
	    !get_number(json_object_get(not_emulated, "M"), &c.not_emulated[MMIO]) ||
	    !get_number(json_object_get(line, "ms"), &ms))
		return text("an end without next, programs, pairs, raw, kinds, not_emulated or ms");
	c.seconds = ms / 1000.0;
	listener->ended(&c, listener->data);
	return NULL;
}

char *hunt_read(FILE *f, const struct hunt_listener *listener)
{
	struct hunt_header header = {};
	char *line = xrealloc(NULL, MAX_LINE), *error = NULL;
	bool begun = false, ended = false;
	size_t n = 0;

	while (!error && !ended && fgets(line, MAX_LINE, f)) {
		json_error_t why;
		json_t *json = json_loads(line, 0, &why);

		n++;
		if (!json_is_object(json)) {
			error = text("not a line of JSON, or a torn one");
		} else if (!begun) {
			error = read_header(json, &header);
			begun = !error;
			if (begun)
				listener->begun(&header, listener->data);
		} else if (json_object_get(json, "complete")) {
			error = read_end(json, listener);
			ended = true;
		} else if (json_object_get(json, "running")) {
			error = read_running(json, listener);
		} else {
			error = read_difference(json, listener);
		}
		json_decref(json);
		if (error) {
			char *where = text("line %zu: %s", n, error);

			free(error);
			error = where;
		}
	}
	free(line);
	facts_free(&header.facts);
	free(header.lacks);
	return error || ended ? error : text("the record is torn: it has no last line");
}
