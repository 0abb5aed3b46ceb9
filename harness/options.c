// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/facts.h"
#include "text.h"

struct options options = { .cases = CASES_DIR, .expected = EXPECTED_DIR, .known = HUNT_KNOWN };

static const char usage[] =
	"usage: kvm-errata [OPTION]... [CASE | CASE.VARIANT | CASE.CHECK | GLOB | PAYLOAD]...\n"
	"       kvm-errata COMMAND [OPTION]...\n"
	"  run [CASE]...     run, and write the record (--record) instead of judging it\n"
	"  judge RECORD...   judge saved records again\n"
	"  compare RECORD... list differences between records\n"
	"  page RECORD... -o DIR  write what the records show as a web page, DIR/index.html\n"
	"  verdict RECORD    print good, bad or skip, and what was seen, for a bisection: --check\n"
	"  list [CASE]...    list variants with what they need, checks with their observations\n"
	"  coverage RST      list the checks that cover each statement of a document, errata.rst\n"
	"  hunt [RECORD]     find instructions that KVM executes differently from the CPU\n"
	"Options:\n"
	"  --record FILE     also write the record: every fact and observation\n"
	"  --baseline FILE   show another record (bare metal) next to this KVM\n"
	"  --as FORMAT       output format instead of TAP: junit, ktap, kcidb, kcidb-issues, lava, tmt\n"
	"  --build ID        tested build in KCIDB, ORIGIN:...; default: the kernel's version\n"
	"  --evidence DIR    tell which observations the records in DIR have shown, and which not\n"
	"  --require-kvm     no KVM is an error, not a skip\n"
	"  --strict          exit status 1 also if a known deviation is gone\n"
	"  --bisect          exit with status 0 (good), 1 (bad), or 125 (cannot tell)\n"
	"  --check CHECK     a check, an observation, a variant or a case, for verdict\n"
	"  --good VALUE      the good value, instead of the documented one\n"
	"  --all             also show identical observations\n"
	"  --markdown        print the table in Markdown\n"
	"  --sources DIR     the cases' sources, DIR/CASE.c, for comments on the page\n"
	"  -o, --output DIR  the directory of the page\n"
	"  --inspect         as root: read what KVM gives the CPU from the kernel's log and memory\n"
	"  --move[=WHEN]     save and restore each VM under its guest, at host calls; kick, step: see man page\n"
	"  --save DIR [--at N]  save each VM in DIR at a host call, the first, and end it there\n"
	"  --restore DIR     go on with the VMs that are saved in DIR, by this kernel or another\n"
	"  --seconds N       how long to hunt, 0: until the end; --seed N; --map N: only the opcodes of a map, 0 to 3\n"
	"  --from N, --at N  hunt from program N on, or only that one; --skip OPCODES\n"
	"  --known FILE      the causes that are known\n"
	"  --trace           print every exit of every vCPU on stderr\n"
	"  --cases DIR       payloads, DIR/*.elf\n"
	"  --expected DIR    expectations, DIR/CASE\n"
	"  --fact KEY=VALUE  state a fact of the platform, as the lab does\n"
	"  -h, --help        print this text\n"
	"  --version         print the version of the sources\n"
	"Exit status: 0 as documented, 1 deviation, 77 nothing could be seen, 99 the suite failed.\n";

static const char *const commands[NR_COMMANDS] = {
	[RUN_AND_JUDGE] = "a run of cases", [RUN] = "run", [JUDGE] = "judge", [COMPARE] = "compare",
	[VERDICT] = "verdict", [LIST] = "list",
	[COVERAGE] = "coverage", [PAGE] = "page", [HUNT] = "hunt",
};

#define RUNS	(1 << RUN_AND_JUDGE | 1 << RUN)
#define JUDGES	(1 << RUN_AND_JUDGE | 1 << JUDGE)
#define ANY	((1 << NR_COMMANDS) - 1)

static const char *fact;
static bool show_version, show_help;

/* What each option sets, and the commands that accept it. */
static const struct {
	const char *name, **value;	/* NULL: it takes no value */
	bool *flag;
	unsigned int meant_for;
} known[] = {
	{ "cases", &options.cases, NULL, ANY },
	{ "expected", &options.expected, NULL, ANY },
	{ "record", &options.record, NULL, RUNS | 1 << HUNT },
	{ "baseline", &options.baseline, NULL, JUDGES },
	{ "evidence", &options.evidence, NULL, JUDGES | 1 << LIST },
	{ "require-kvm", NULL, &options.require_kvm, RUNS },
	{ "bisect", NULL, &options.bisect, JUDGES },
	{ "strict", NULL, &options.strict, JUDGES },
	{ "inspect", NULL, &options.inspect, RUNS },
	{ "move", &options.move, NULL, RUNS },
	{ "save", &options.save, NULL, RUNS },
	{ "at", &options.at, NULL, RUNS | 1 << HUNT },
	{ "known", &options.known, NULL, 1 << HUNT },
	{ "seconds", &options.seconds, NULL, 1 << HUNT },
	{ "seed", &options.seed, NULL, 1 << HUNT },
	{ "map", &options.map, NULL, 1 << HUNT },
	{ "from", &options.from, NULL, 1 << HUNT },
	{ "skip", &options.skip, NULL, 1 << HUNT },
	{ "restore", &options.restore, NULL, RUNS },
	{ "trace", NULL, &options.trace, RUNS },
	{ "fact", &fact, NULL, RUNS | 1 << HUNT },
	{ "check", &options.check, NULL, 1 << VERDICT },
	{ "good", &options.good, NULL, 1 << VERDICT },
	{ "all", NULL, &options.all, 1 << COMPARE },
	{ "markdown", NULL, &options.markdown, 1 << COMPARE },
	{ "as", &options.format, NULL, JUDGES },
	{ "build", &options.build, NULL, JUDGES },
	{ "sources", &options.sources, NULL, 1 << PAGE },
	{ "version", NULL, &show_version, ANY },
	{ "help", NULL, &show_help, ANY },
	{ "output", &options.output, NULL, 1 << PAGE },
};

#define NR_KNOWN	(sizeof(known) / sizeof(*known))
_Static_assert(NR_KNOWN <= 32, "validate_options() has a bit for each");
#define OUTPUT		(NR_KNOWN - 1)	/* also -o */
#define HELP		(NR_KNOWN - 2)	/* also -h */

static char *state_fact(void)
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
		return text("--build is only for --as kcidb");
	if (!n || options.build[n] != ':')
		return text("--build %s: not an id, expected ORIGIN:..., of a-z, 0-9 and _",
			    options.build);
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
	for (size_t i = 0; i < NR_KNOWN; i++) {
		if (given & 1u << i && !(known[i].meant_for & 1 << options.command))
			return text("--%s means nothing to %s", known[i].name,
				    commands[options.command]);
	}
	if (options.command == JUDGE && !options.nr_operands)
		return text("judge: expected a RECORD; \"-\" is standard input");
	if (options.command == COMPARE && !options.nr_operands)
		return text("compare: no record, expected two or more, or --all");
	if (options.command == PAGE && (!options.nr_operands || !options.output))
		return text("page: expected RECORD... and -o DIR");
	if (options.command == HUNT && options.nr_operands > 1)
		return text("hunt: expected one RECORD, or none to hunt here");
	if (options.command == VERDICT && (options.nr_operands != 1 || !options.check))
		return text("verdict: expected one RECORD and --check CHECK");
	if (options.command == COVERAGE && options.nr_operands != 1)
		return text("coverage: expected one document, such as errata.rst");
	return options.build ? validate_build() : NULL;
}

/* Return the error for an option that lacks its value, or is unknown. */
static char *misspelt(const char *option, bool lacks_value)
{
	const char *name = option + strspn(option, "-"), *near = NULL;
	unsigned int best = 1 + strlen(name) / 3;

	if (lacks_value)
		return text("%s needs a value", option);
	for (size_t i = 0; i < NR_KNOWN; i++) {
		unsigned int distance = text_distance(name, known[i].name);

		if (distance <= best) {
			best = distance;
			near = known[i].name;
		}
	}
	return near ? text("%s: no such option; near: --%s", option, near) :
		text("%s: no such option: see kvm-errata --help", option);
}

char *options_parse(int argc, char **argv)
{
	struct option list[NR_KNOWN + 1] = {};
	unsigned int given = 0;
	int i;

	for (i = 0; i < (int)NR_KNOWN; i++) {
		list[i] = (struct option) { .name = known[i].name, .val = i,
					    .has_arg = known[i].value == &options.move ? optional_argument :
					    known[i].value ? required_argument : no_argument };
	}
	opterr = 0;
	while ((i = getopt_long(argc, argv, ":ho:", list, NULL)) != -1) {
		char *error = NULL;

		if (i == '?' || i == ':')
			return misspelt(argv[optind - 1], i == ':');
		i = i == 'o' ? (int)OUTPUT : i == 'h' ? (int)HELP : i;
		given |= 1u << i;
		if (known[i].value)
			*known[i].value = optarg ? optarg : "";
		else
			*known[i].flag = true;
		if (known[i].value == &fact)
			error = state_fact();
		if (error)
			return error;
		if (show_version)
			printf("kvm-errata %s\n", suite_version);
		else if (show_help)
			fputs(usage, stdout);
		if (show_version || show_help)
			exit(0);
	}
	take_command(argc, argv);
	return validate_options(given);
}
