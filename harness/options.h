/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command line asks for.
 */
#ifndef HARNESS_OPTIONS_H
#define HARNESS_OPTIONS_H

#include "record/facts.h"

extern struct options {
	const char *cases, *expected, *record, *coverage, *baseline;
	bool list, traceability, require_kvm, bisect, automake, trace;
	bool no_run;			/* --list, --coverage, --traceability */
} options;

/*
 * options_parse() - set the options, and state the facts of --fact in @p; what
 * follows from optind on are cases.  Returns NULL, or an error that the caller
 * frees.  --help ends the program.
 */
char *options_parse(int argc, char **argv, struct facts *facts);

#endif
