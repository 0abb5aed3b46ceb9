// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "run/host.h"
#include "text.h"

#define SECONDS	60
#define SEED	1

static char *number_of(const char *option, const char *value, uint64_t max, uint64_t *number)
{
	char *end;

	if (!value)
		return NULL;
	errno = 0;
	*number = strtoull(value, &end, 10);
	if (*value >= '0' && *value <= '9' && !*end && !errno && *number <= max)
		return NULL;
	return text("--%s %s: expected a number from 0 to %lu", option, value, max);
}

char *hunt_read_options(struct hunt_plan *plan)
{
	uint64_t seconds = options.at ? 0 : SECONDS, map = 4;
	char *error;

	if (options.nr_operands && options.record)
		return text("hunt: RECORD is read, and --record writes one: expected one of them");
	*plan = (struct hunt_plan) { .space = { .seed = SEED, .map = -1 }, .progress = isatty(STDERR_FILENO) };
	error = number_of("map", options.map, 3, &map);
	plan->space.map = map < 4 ? (int)map : -1;
	plan->until = plan_size(&plan->space);
	if (!error)
		error = number_of("seconds", options.seconds, 86400, &seconds);
	if (!error)
		error = number_of("seed", options.seed, UINT32_MAX, &plan->space.seed);
	if (!error)
		error = number_of("from", options.from, plan->until - 1, &plan->from);
	if (!error && options.at) {
		error = number_of("at", options.at, plan->until - 1, &plan->from);
		plan->until = plan->from + 1;
	}
	if (!error && options.skip && *options.skip && !instruction_is_list(options.skip))
		error = text("--skip %s: expected a list of opcodes, \"0f00/3 ff\"", options.skip);
	plan->seconds = seconds;
	return error;
}

/* Return the opcodes of --skip, and those that end this emulator, if --known has them; or NULL. */
static char *opcodes_to_skip(const char *hypervisor)
{
	char *opcodes = options.skip && *options.skip ? text("%s", options.skip) : NULL, *line = NULL;
	char *begin = text("skip %s ", hypervisor ? hypervisor : "none");
	FILE *f = fopen(options.known, "re");
	size_t room = 0;

	while (f && getline(&line, &room, f) > 0) {
		if (!strncmp(line, begin, strlen(begin))) {
			char *why = strstr(line, ": ");

			if (why)
				*why = '\0';
			opcodes = text_append(opcodes, "%s%s", opcodes ? " " : "", line + strlen(begin));
		}
	}
	if (f)
		fclose(f);
	free(line);
	free(begin);
	return opcodes;
}

static char *run(struct hunt_header *h, const struct host *host, FILE *f)
{
	struct hunt_listener writer = hunt_write(f);
	const char *why;
	char *error;

	for (enum arm arm = NATIVE; arm < NR_ARMS; arm++) {
		h->plan.arms[arm] = machine_has(arm, &why);
		if (!h->plan.arms[arm])
			h->lacks = text("arm %c: %s", arm_letters[arm], why);
	}
	error = machine_open(host->kvm, host->cpuid);
	if (!error)
		error = hunt(h, &writer);
	machine_close();
	free(h->lacks);
	return error;
}

char *hunt_observe(const struct hunt_plan *plan, FILE *f)
{
	struct host host = { .kvm = -1 };
	struct hunt_header header = { .plan = *plan };
	char *error = NULL, *skip;

	host_read(&host);
	for (size_t i = 0; i < options.facts.nr; i++)
		facts_set(&host.facts, options.facts.list[i].key, options.facts.list[i].value);
	header.facts = host.facts;
	header.plan.skip = skip = opcodes_to_skip(facts_get(&host.facts, "hypervisor"));
	if (host.broken)
		error = text("%s", host.broken);
	else if (host.kvm < 0)
		error = text("%s", host.no_kvm);
	else
		error = run(&header, &host, f);
	free(skip);
	host_free(&host);
	return error;
}
