/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The formats of other tools, by name: "--as NAME".
 *
 * A result is red there if it makes the exit status 1 or 99 without --strict, or if a torn
 * record has lost it.  A known deviation is not red, whether it still exists or is gone.
 */
#ifndef TELL_FORMAT_H
#define TELL_FORMAT_H

#include "tell/story.h"

#define FORMATS	"junit|ktap|kcidb|kcidb-issues|lava|tmt"	/* in addition to TAP */

struct format {
	const char *name;
	bool one_record;		/* the document has a single root */
	void (*begin)(const struct facts *facts);	/* may be NULL; so may end */
	/* called for each result, and last for the run */
	void (*tell)(const struct story *s);
	void (*end)(const struct completion *c);
};

extern const struct format junit_format, ktap_format, kcidb_format, kcidb_issues_format,
	lava_format, tmt_format;

/* format_find() - return the format called @name, or NULL. */
const struct format *format_find(const char *name);

/* format_sink() - return the sink that prints @f on standard output. */
struct result_sink format_sink(const struct format *f);

/* kcidb_set_build() - set the tested build, "ORIGIN:ID"; without it, we report a build of ours. */
void kcidb_set_build(const char *id);

#endif
