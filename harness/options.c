// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/version.h"
#include "text.h"

struct options options = { .cases = CASES_DIR, .expected = EXPECTED_DIR };

static const char usage[] =
	"usage: kvm-errata [OPTION]... [CASE | CASE.VARIANT | PAYLOAD]...\n"
	"       kvm-errata COMMAND [OPTION]...\n"
	"  run [CASE]...     run, and write the record instead of judging it: --record\n"
	"  judge RECORD...   say of records what their runs would have said\n"
	"  compare RECORD... what they saw, side by side, where it is not the same\n"
	"  page RECORD... -o DIR  what they saw, as one file for a browser, DIR/index.html\n"
	"  verdict RECORD    good, bad or skip, and what was seen, for a bisection: --check\n"
	"  list [CASE]...    cases, variants, what they need and what they document\n"
	"  coverage RST      which checks hold each statement of a document, errata.rst\n"
	"  traceability      all statements with their checks, as doc/traceability.md\n"
	"Options:\n"
	"  --record FILE     also write the record: every fact and observation\n"
	"  --baseline FILE   what another record shows, bare metal's, beside what KVM shows\n"
	"  --as FORMAT       not TAP, but for others: junit, ktap, kcidb, kcidb-issues, lava, tmt\n"
	"  --build ID        of KCIDB, ORIGIN:..., that was tested; else its kernel's version is one\n"
	"  --evidence DIR    what of it no record in DIR has shown yet\n"
	"  --require-kvm     no KVM is an error, not a skip\n"
	"  --bisect          exit status 0, 1, or 125 for whatever is neither\n"
	"  --check CHECK     a check, a variant or a case, for verdict\n"
	"  --good VALUE      good is where it shows VALUE, instead of what is documented\n"
	"  --all             what is the same everywhere, too\n"
	"  --markdown        the table for a README\n"
	"  --sources DIR     the cases' sources, DIR/CASE.c, whose comments stand on the page\n"
	"  -o, --output DIR  where the page goes\n"
	"  --inspect         as root: see what KVM gives the CPU, in the kernel's log and memory\n"
	"  --trace           every exit of every vCPU, on stderr\n"
	"  --cases DIR       payloads, DIR/*.elf\n"
	"  --expected DIR    expectations, DIR/CASE\n"
	"  --fact KEY=VALUE  state a fact of the platform, as the lab does\n"
	"  --automake        exit status 0 whenever TAP says it all\n"
	"  --version         which sources it was built from\n"
	"Exit status: 0 as documented, 1 deviation, 77 nothing could run, 99 the suite failed.\n";

static const char *const commands[NR_COMMANDS] = {
	[RUN_AND_JUDGE] = "", [RUN] = "run", [JUDGE] = "judge", [COMPARE] = "compare",
	[VERDICT] = "verdict", [LIST] = "list",
	[COVERAGE] = "coverage", [TRACEABILITY] = "traceability", [PAGE] = "page",
};

#define RUNS	(1 << RUN_AND_JUDGE | 1 << RUN)
#define JUDGES	(1 << RUN_AND_JUDGE | 1 << JUDGE)
#define ANY	((1 << NR_COMMANDS) - 1)

enum option_name {
	CASES = 1, EXPECTED, RECORD, BASELINE, EVIDENCE, REQUIRE_KVM, BISECT, INSPECT, TRACE, FACT, AUTOMAKE,
	CHECK, GOOD, ALL, MARKDOWN, AS, BUILD, SOURCES, OUTPUT, SHOW_VERSION, HELP,
};

static const struct option known[] = {
	{ "cases", required_argument, NULL, CASES },
	{ "expected", required_argument, NULL, EXPECTED },
	{ "record", required_argument, NULL, RECORD },
	{ "baseline", required_argument, NULL, BASELINE },
	{ "evidence", required_argument, NULL, EVIDENCE },
	{ "require-kvm", no_argument, NULL, REQUIRE_KVM },
	{ "bisect", no_argument, NULL, BISECT },
	{ "inspect", no_argument, NULL, INSPECT },
	{ "trace", no_argument, NULL, TRACE },
	{ "fact", required_argument, NULL, FACT },
	{ "automake", no_argument, NULL, AUTOMAKE },
	{ "check", required_argument, NULL, CHECK },
	{ "good", required_argument, NULL, GOOD },
	{ "all", no_argument, NULL, ALL },
	{ "markdown", no_argument, NULL, MARKDOWN },
	{ "as", required_argument, NULL, AS },
	{ "build", required_argument, NULL, BUILD },
	{ "sources", required_argument, NULL, SOURCES },
	{ "output", required_argument, NULL, OUTPUT },
	{ "version", no_argument, NULL, SHOW_VERSION },
	{ "help", no_argument, NULL, HELP },
	{}
};

/* The commands that an option means something to. */
static const unsigned int meant_for[HELP + 1] = {
	[CASES] = ANY, [EXPECTED] = ANY, [RECORD] = RUNS, [BASELINE] = JUDGES,
	[EVIDENCE] = JUDGES | 1 << TRACEABILITY,
	[REQUIRE_KVM] = RUNS, [BISECT] = JUDGES, [INSPECT] = RUNS, [TRACE] = RUNS, [FACT] = RUNS,
	[AUTOMAKE] = JUDGES, [CHECK] = 1 << VERDICT, [GOOD] = 1 << VERDICT,
	[ALL] = 1 << COMPARE, [MARKDOWN] = 1 << COMPARE,
	[AS] = JUDGES, [BUILD] = JUDGES,
	[SOURCES] = 1 << PAGE, [OUTPUT] = 1 << PAGE,
};

static char *state_fact(const char *fact)
{
	char *key = text("%.*s", (int)strcspn(fact, "="), fact), *error;
	const char *value = fact + strlen(key) + 1;

	if (!strchr(fact, '=') || !fact_is_known(key)) {
		error = text("--fact %s: no such fact", fact);
	} else {
		char *wrong = fact_validate(key, value);

		error = wrong ? text("--fact %s: %s", fact, wrong) : NULL;
		free(wrong);
	}
	if (!error)
		facts_set(&options.facts, key, value);
	free(key);
	return error;
}

static char *validate_build(void)
{
	size_t n = strspn(options.build, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (!options.format || strncmp(options.format, "kcidb", 5))
		return text("--build means nothing but to --as kcidb");
	if (!n || options.build[n] != ':')
		return text("--build %s: no id, expected ORIGIN:..., of a-z, 0-9 and _", options.build);
	return NULL;
}

/* The first operand may be a command. */
static void take_command(int argc, char **argv)
{
	options.operands = argv + optind;
	options.nr_operands = argc - optind;
	for (enum command c = 1; c < NR_COMMANDS && options.nr_operands; c++) {
		if (strcmp(options.operands[0], commands[c]))
			continue;
		options.command = c;
		options.operands++;
		options.nr_operands--;
		return;
	}
}

static char *validate_options(unsigned int given)
{
	for (const struct option *o = known; o->name; o++) {
		if (given & 1 << o->val && !(meant_for[o->val] & 1 << options.command))
			return text("--%s means nothing to %s", o->name, commands[options.command]);
	}
	if (options.bisect && options.automake)
		return text("--bisect and --automake want different exit statuses: one of them");
	if (options.command == JUDGE && !options.nr_operands)
		return text("judge: which RECORD? \"-\" is standard input");
	if (options.command == COMPARE && options.nr_operands < 2)
		return text("compare: which records? two at least");
	if (options.command == PAGE && (!options.nr_operands || !options.output))
		return text("page: which RECORDs, and where to? page RECORD... -o DIR");
	if (options.command == VERDICT && (options.nr_operands != 1 || !options.check))
		return text("verdict: one RECORD, and --check CHECK");
	if (options.command == COVERAGE && options.nr_operands != 1)
		return text("coverage: one document, errata.rst");
	return options.build ? validate_build() : NULL;
}

char *options_parse(int argc, char **argv)
{
	unsigned int given = 0;
	char *error = NULL;
	int name;

	while (!error && (name = getopt_long(argc, argv, "o:", known, NULL)) != -1) {
		name = name == 'o' ? OUTPUT : name;
		given |= name == '?' ? 0 : 1u << name;
		switch (name) {
		case CASES:
			options.cases = optarg;
			break;
		case EXPECTED:
			options.expected = optarg;
			break;
		case RECORD:
			options.record = optarg;
			break;
		case BASELINE:
			options.baseline = optarg;
			break;
		case EVIDENCE:
			options.evidence = optarg;
			break;
		case REQUIRE_KVM:
			options.require_kvm = true;
			break;
		case BISECT:
			options.bisect = true;
			break;
		case INSPECT:
			options.inspect = true;
			break;
		case TRACE:
			options.trace = true;
			break;
		case FACT:
			error = state_fact(optarg);
			break;
		case AUTOMAKE:
			options.automake = true;
			break;
		case CHECK:
			options.check = optarg;
			break;
		case GOOD:
			options.good = optarg;
			break;
		case ALL:
			options.all = true;
			break;
		case MARKDOWN:
			options.markdown = true;
			break;
		case AS:
			options.format = optarg;
			break;
		case BUILD:
			options.build = optarg;
			break;
		case SOURCES:
			options.sources = optarg;
			break;
		case OUTPUT:
			options.output = optarg;
			break;
		case SHOW_VERSION:
			printf("kvm-errata %s\n", suite_version);
			exit(0);
		case HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			return text("see kvm-errata --help");
		}
	}
	if (error)
		return error;
	take_command(argc, argv);
	return validate_options(given);
}
