// SPDX-License-Identifier: GPL-2.0-only
#include "observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "record/write.h"
#include "run/saved.h"
#include "run/suite.h"
#include "run/worker.h"
#include "text.h"

static char *read_host(struct host *host)
{
	host_read(host);
	for (size_t i = 0; i < options.facts.nr; i++)
		facts_set(&host->facts, options.facts.list[i].key, options.facts.list[i].value);
	return host->broken ? text("%s", host->broken) : NULL;
}

/* --save DIR --at N */
static char *read_save(struct move_plan *plan)
{
	char *end = "";

	*plan = (struct move_plan) { .when = MOVE_TO_FILE, .number = 1, .directory = options.save };
	if (options.at)
		plan->number = strtoul(options.at, &end, 10);
	if (*end || !plan->number || plan->number > UINT32_MAX)
		return text("--at %s: expected the number of a host call, from 1", options.at);
	if (options.move)
		return text("--save with --move: a VM that is saved does not go on");
	return access(options.save, W_OK | X_OK) ?
		text("--save %s: %s", options.save, strerror(errno)) : NULL;
}

/* --restore DIR */
static char *read_restore(struct host *host, struct move_plan *plan)
{
	char *error = NULL, *kernel = saved_kernel(options.restore, &error);

	if (kernel)
		facts_set(&host->facts, "saved_by", kernel);
	free(kernel);
	plan->restore = options.restore;
	return error;
}

/* --move is a fact, because expected/ knows what a move loses; the other says how to repeat it. */
static char *read_moves(struct host *host, struct move_plan *plan)
{
	char *error = options.move ? move_parse(options.move, plan) : NULL, *words;

	if (!error && options.save)
		error = read_save(plan);
	if (!error && options.restore)
		error = read_restore(host, plan);
	if (error || (!options.move && !options.restore))
		return error;
	words = move_words(plan);
	facts_set(&host->facts, "moved", "1");
	facts_set(&host->facts, "moves", words);
	free(words);
	return NULL;
}

static char *run_and_keep(const struct suite *s, const struct plan *plan, const struct host *host,
			  const struct move_plan *move, const struct listener *judge)
{
	const struct run_options run_options = {
		.move = *move,
		.trace = options.trace, .inspect = options.inspect,
		.progress = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO),
		.require_kvm = options.require_kvm,
	};
	const char *record = options.record || judge ? options.record : "/dev/stdout";
	struct listener listeners[2];
	struct keep *keep = NULL;
	char *error = NULL;
	size_t nr = 0;

	if (record)
		keep = keep_open(record, &error);
	if (error)
		return error;
	if (keep)
		listeners[nr++] = keep_listener(keep);
	if (judge)
		listeners[nr++] = *judge;
	run_suite(s, plan, host, &run_options, listeners, nr);
	error = keep ? keep_close(keep) : NULL;
	/* A judge reports both of these failures with its results. */
	if (!error && !judge && host->kvm < 0 && options.require_kvm)
		error = text("%s, and --require-kvm", host->no_kvm);
	if (!error && !judge && worker_is_interrupted())
		error = text("interrupted");
	return error;
}

char *observe(struct suite *suite, const struct listener *judge)
{
	struct host host = { .kvm = -1 };
	struct move_plan move = {};
	struct plan plan = {};
	char *error = read_host(&host);

	worker_signals();
	worker_interruptible();
	if (!error)
		error = read_moves(&host, &move);
	if (!error)
		error = suite_plan(suite, &plan);
	if (!error)
		error = run_and_keep(suite, &plan, &host, &move, judge);
	plan_free(&plan);
	host_free(&host);
	return error;
}
