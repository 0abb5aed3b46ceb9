/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What other people's tools read, by name: "--as NAME".
 *
 * What makes the exit status 1 or 99 without --strict is red there, and so is each check
 * that a torn record has lost.  A known deviation is not, and neither is one that is gone.
 */
#ifndef TELL_FORMAT_H
#define TELL_FORMAT_H

#include "tell/story.h"

#define FORMATS	"junit|ktap|kcidb|kcidb-issues|lava|tmt"	/* besides TAP */

struct format {
	const char *name;
	bool one_record;		/* two of them would be no document */
	void (*begin)(const struct facts *facts);	/* or NULL, as end */
	/* of each result, and at last of the run */
	void (*tell)(const struct story *s);
	void (*end)(const struct completion *c);
};

extern const struct format junit_format, ktap_format, kcidb_format, kcidb_issues_format,
	lava_format, tmt_format;

/* format_find() - the one called @name; NULL if it is none of FORMATS. */
const struct format *format_find(const char *name);

/* format_sink() - what prints in @f on standard output. */
struct result_sink format_sink(const struct format *f);

/* kcidb_set_build() - the build, "ORIGIN:ID", that has been tested; else KCIDB gets one of ours. */
void kcidb_set_build(const char *id);

#endif
