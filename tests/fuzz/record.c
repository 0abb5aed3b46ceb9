// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the reader of records: whatever a record has, judging it gives TAP with as
 * many results as planned, and judging the record written from it gives the same TAP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/judge.h"
#include "record/read.h"
#include "record/write.h"
#include "tell/tell.h"
#include "file.h"

static const char expectations[] =
	"statement errata.rst \"S\" since 6.1\n\twords\ndecided by f.c f()\n"
	"check known: it is known\n"
	"\t{v,w}.a\t1 on kernel<6.3\n\t\tknown 2: it is so\n\t{v,w}.a\t3\n"
	"check other: it is not\n\tv.b\tskip host on vendor=metal: it has none\n\tv.b\t1\n";

struct output {
	char *text;
	size_t size;
};

static void keep(void *context, const char *lines, size_t size)
{
	struct output *o = context;

	o->text = realloc(o->text, o->size + size);
	memcpy(o->text + o->size, lines, size);
	o->size += size;
}

/* Return the TAP, which the caller frees, or NULL if @data is no record. */
static char *judge_it(const void *data, size_t size, const char *directory, struct output *again)
{
	struct expectations e = { .directory = directory };
	struct result_sink tap = tap_sink(NULL, NULL);
	struct session session = { .expectations = &e, .sinks = &tap, .nr_sinks = 1 };
	struct writer writer = { keep, again };
	const struct listener listeners[] = { session_listener(&session), writer_listener(&writer) };
	FILE *terminal = stdout, *f = fmemopen((void *)data, size, "r");
	char *out = NULL, *error;
	size_t printed;

	stdout = open_memstream(&out, &printed);
	error = record_read(f, listeners, 2);
	fclose(stdout);
	stdout = terminal;
	fclose(f);
	expectations_free(&e);
	if (error) {
		free(error);
		free(out);
		return NULL;
	}
	return out;
}

static void check_plan(const char *tap)
{
	size_t plan, results = 0;

	if (sscanf(tap, "TAP version 13\n1..%zu", &plan) != 1)
		abort();
	for (const char *p = tap; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		results += !strncmp(p, "ok ", 3) || !strncmp(p, "not ok ", 7);
	}
	if (results != plan)
		abort();
}

/* Abort unless the expectations can be read. */
static void check_expectations(const char *path)
{
	struct expected e;

	if (expected_read(&e, path))
		abort();
	expected_free(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct output again = {}, twice = {};
	char *tap, *same;

	if (!size)
		return 0;
	check_expectations(fuzz_file("c", (const uint8_t *)expectations, sizeof(expectations) - 1));
	tap = judge_it(data, size, fuzz_directory, &again);
	if (tap)
		check_plan(tap);
	/* Only a complete record gives the same TAP again. */
	if (tap && memmem(again.text, again.size, "{\"complete\": true", 17)) {
		same = judge_it(again.text, again.size, fuzz_directory, &twice);
		if (!same || strcmp(tap, same))
			abort();
		free(same);
	}
	free(tap);
	free(again.text);
	free(twice.text);
	return 0;
}
