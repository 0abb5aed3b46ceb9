// SPDX-License-Identifier: GPL-2.0-only
#include "tell/format.h"

#include <stdio.h>
#include <string.h>

static const struct format *const formats[] = {
	&junit_format, &ktap_format, &kcidb_format, &kcidb_issues_format, &lava_format, &tmt_format,
};

const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	}
	return NULL;
}

static void begin(void *context, size_t plan, const struct facts *facts)
{
	const struct format *f = context;

	(void)plan;
	if (f->begin)
		f->begin(facts);
}

static void result(void *context, const struct result *r)
{
	const struct format *f = context;
	struct story s = story_of(r);

	f->tell(&s);
	story_free(&s);
}

static void end(void *context, const struct tally *t, const struct completion *c)
{
	const struct format *f = context;
	struct story s = story_of_run(t, c);

	f->tell(&s);
	story_free(&s);
	if (f->end)
		f->end(c);
	fflush(stdout);
}

struct result_sink format_sink(const struct format *f)
{
	return (struct result_sink) { .begin = begin, .result = result, .end = end, .context = (void *)f };
}
