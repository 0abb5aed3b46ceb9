// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-errata-run: kvm-errata with only the command "run", for machines of the lab.  It
 * writes a record, and contains no judge.
 */
#include <stdio.h>
#include <stdlib.h>

#include "observe.h"
#include "options.h"
#include "text.h"

int main(int argc, char **argv)
{
	char *error = options_parse(argc, argv);
	struct suite suite = {};

	if (!error && options.command != RUN)
		error = text("the only command is run: kvm-errata-run run [CASE]...");
	if (!error)
		error = suite_read_selected(&suite, options.cases, options.operands, options.nr_operands);
	if (!error)
		error = observe(&suite, NULL);
	suite_free(&suite);
	facts_free(&options.facts);
	if (!error)
		return 0;
	fprintf(stderr, "kvm-errata: %s\n", error);
	free(error);
	return 99;
}
