// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct options options = { .cases = CASES_DIR, .expected = EXPECTED_DIR };

static const char usage[] =
	"usage: kvm-errata [OPTION]... [CASE | CASE.VARIANT | PAYLOAD]...\n"
	"  --list            cases, variants, what they need and what they document\n"
	"  --coverage RST    which checks hold each statement of a document, errata.rst\n"
	"  --traceability    all statements with their checks, as doc/traceability.md\n"
	"  --record FILE     also write every fact, observation and verdict as JSON\n"
	"  --baseline FILE   what another record shows, bare metal's, beside what KVM shows\n"
	"  --require-kvm     no KVM is an error, not a skip\n"
	"  --bisect          exit status 0, 1, or 125 for whatever is neither\n"
	"  --trace           every exit of every vCPU, on stderr\n"
	"  --cases DIR       payloads, DIR/*.elf\n"
	"  --expected DIR    expectations, DIR/CASE\n"
	"  --fact KEY=VALUE  state a fact of the platform, as the lab does\n"
	"  --automake        exit status 0 whenever TAP says it all\n"
	"Exit status: 0 as documented, 1 deviation, 77 nothing could run, 99 the suite failed.\n";

static char *state_fact(struct facts *facts, const char *fact)
{
	char *key = text("%.*s", (int)strcspn(fact, "="), fact), *error;
	const char *value = fact + strlen(key) + 1;

	if (!strchr(fact, '=') || !fact_is_known(key)) {
		error = text("--fact %s: no such fact", fact);
	} else {
		char *wrong = fact_check(key, value);

		error = wrong ? text("--fact %s: %s", fact, wrong) : NULL;
		free(wrong);
	}
	if (!error)
		facts_set(facts, key, value);
	free(key);
	return error;
}

static char *check_options(void)
{
	if (!options.bisect)
		return NULL;
	if (options.automake)
		return text("--bisect and --automake want different exit statuses: one of them");
	return options.no_run ? text("--bisect is for a run: there will be none") : NULL;
}

char *options_parse(int argc, char **argv, struct facts *facts)
{
	enum { LIST = 1, COVERAGE, TRACEABILITY, RECORD, BASELINE, REQUIRE_KVM, BISECT, TRACE, CASES, EXPECTED, FACT, AUTOMAKE, HELP };
	static const struct option known[] = {
		{ "list", no_argument, NULL, LIST },
		{ "coverage", required_argument, NULL, COVERAGE },
		{ "traceability", no_argument, NULL, TRACEABILITY },
		{ "record", required_argument, NULL, RECORD },
		{ "baseline", required_argument, NULL, BASELINE },
		{ "require-kvm", no_argument, NULL, REQUIRE_KVM },
		{ "bisect", no_argument, NULL, BISECT },
		{ "trace", no_argument, NULL, TRACE },
		{ "cases", required_argument, NULL, CASES },
		{ "expected", required_argument, NULL, EXPECTED },
		{ "fact", required_argument, NULL, FACT },
		{ "automake", no_argument, NULL, AUTOMAKE },
		{ "help", no_argument, NULL, HELP },
		{}
	};
	char *error = NULL;

	while (!error) {
		switch (getopt_long(argc, argv, "", known, NULL)) {
		case -1:
			return check_options();
		case LIST:
			options.list = options.no_run = true;
			break;
		case COVERAGE:
			options.coverage = optarg;
			options.no_run = true;
			break;
		case TRACEABILITY:
			options.traceability = options.no_run = true;
			break;
		case RECORD:
			options.record = optarg;
			break;
		case BASELINE:
			options.baseline = optarg;
			break;
		case REQUIRE_KVM:
			options.require_kvm = true;
			break;
		case BISECT:
			options.bisect = true;
			break;
		case TRACE:
			options.trace = true;
			break;
		case CASES:
			options.cases = optarg;
			break;
		case EXPECTED:
			options.expected = optarg;
			break;
		case FACT:
			error = state_fact(facts, optarg);
			break;
		case AUTOMAKE:
			options.automake = true;
			break;
		case HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			return text("see kvm-errata --help");
		}
	}
	return error;
}
