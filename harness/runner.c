// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-errata-run: kvm-errata's command "run" by itself, for a machine of the lab: it
 * observes, and links nothing that judges.
 */
#include <stdio.h>
#include <stdlib.h>

#include "observe.h"
#include "options.h"
#include "text.h"

int main(int argc, char **argv)
{
	char *error = options_parse(argc, argv);

	if (!error && options.command != RUN)
		error = text("this one only runs: kvm-errata-run run [CASE]...");
	if (!error)
		error = observe(NULL, NULL);
	facts_free(&options.facts);
	if (!error)
		return 0;
	fprintf(stderr, "kvm-errata: %s\n", error);
	free(error);
	return 99;
}
