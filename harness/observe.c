// SPDX-License-Identifier: GPL-2.0-only
#include "observe.h"

#include <stdlib.h>
#include <unistd.h>

#include "options.h"
#include "record/write.h"
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

/* --move is a fact, because expected/ knows what a move loses; the other says how to repeat it. */
static char *read_moves(struct host *host, struct move_plan *plan)
{
	char *error = options.move ? move_parse(options.move, plan) : NULL, *words;

	if (error || !options.move)
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
