/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command line asks for.
 */
#ifndef HARNESS_OPTIONS_H
#define HARNESS_OPTIONS_H

#include <stdbool.h>

#include "record/facts.h"

enum command {
	RUN_AND_JUDGE,			/* no command on the command line */
	RUN, JUDGE, COMPARE, VERDICT, LIST, COVERAGE, PAGE, HUNT,
	NR_COMMANDS
};

extern struct options {
	enum command command;
	char **operands;		/* cases, records, or a document */
	int nr_operands;
	const char *cases, *expected, *record, *baseline, *evidence, *check, *good, *build;
	const char *sources, *output;	/* of a page */
	const char *format;		/* NULL: TAP */
	const char *move;		/* what --move=... says; NULL: no move */
	const char *save, *at, *restore;	/* directories of states; after which host call */
	const char *known, *seconds, *seed, *map, *from, *skip;	/* of a hunt; and at: which program */
	bool require_kvm, bisect, strict, inspect, trace, all, markdown;
	struct facts facts;		/* set by --fact */
} options;

/*
 * options_parse() - set the options.  Return NULL, or an error that the caller
 * frees.  --help ends the program.
 */
char *options_parse(int argc, char **argv);

#endif
