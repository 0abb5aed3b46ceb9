// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-errata-run: kvm-errata with only the commands "run" and "hunt", for machines of the lab.
 * It writes a record, and contains no judge.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hunt/hunt.h"
#include "observe.h"
#include "options.h"
#include "text.h"

static char *hunt_into_record(void)
{
	struct hunt_plan plan;
	char *error = options.nr_operands ? text("hunt: expected no operand") : hunt_read_options(&plan);
	FILE *f = error ? NULL : options.record ? fopen(options.record, "we") : stdout;

	if (!error)
		error = f ? hunt_observe(&plan, f) : text("%s: %s", options.record, strerror(errno));
	if (f && (ferror(f) || fflush(f)) && !error)
		error = text("the record could not be written");
	return error;
}

int main(int argc, char **argv)
{
	char *error = options_parse(argc, argv);
	struct suite suite = {};

	if (!error && options.command != RUN && options.command != HUNT)
		error = text("the only commands are run and hunt: kvm-errata-run run [CASE]...");
	if (!error && options.command == HUNT)
		error = hunt_into_record();
	if (!error && options.command == RUN)
		error = suite_read_selected(&suite, options.cases, options.operands, options.nr_operands);
	if (!error && options.command == RUN)
		error = observe(&suite, NULL);
	suite_free(&suite);
	facts_free(&options.facts);
	if (!error)
		return 0;
	fprintf(stderr, "kvm-errata: %s\n", error);
	free(error);
	return 99;
}
