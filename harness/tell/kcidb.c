// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report to KCIDB, kernelci.org's database, schema 5.3: a test for each check, of a
 * build of a checkout.  A build that we make up is identified by its kernel's version
 * alone; the facts of the platform are the environment of the run's own test.
 *
 * KCIDB has no expected failure.  A known deviation is a pass, and misc says what deviates;
 * with "kcidb-issues" it is an incident of an issue, too.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/format.h"
#include "text.h"

#define ORIGIN	"kvm_errata"

static const char *given_build;
static json_t *environment, *tests, *issues, *incidents;
static char *build, *origin;
static bool with_issues;
static uint64_t run;			/* a hash that identifies the run */

void kcidb_set_build(const char *id)
{
	given_build = id;
}

/* FNV-1a, including the NUL. */
static uint64_t hash(uint64_t seed, const char *s)
{
	do
		seed = (seed ^ (unsigned char)*s) * 0x100000001b3;
	while (*s++);
	return seed;
}

/* Set @key to @value, if there is one, made printable on one line. */
static void set(json_t *object, const char *key, const char *value)
{
	char *printable = value ? text_printable(value) : NULL;

	if (value)
		json_object_set_new(object, key, json_string(printable));
	free(printable);
}

static void begin(const struct facts *facts)
{
	const char *kernel = facts_get(facts, "kernel");
	json_t *misc = json_object();

	run = 0xcbf29ce484222325;
	for (size_t i = 0; i < facts->nr; i++) {
		set(misc, facts->list[i].key, facts->list[i].value);
		run = hash(hash(run, facts->list[i].key), facts->list[i].value);
	}
	environment = json_pack("{s:o}", "misc", misc);
	set(environment, "comment", facts_get(facts, "cpu"));
	build = given_build ? text_printable(given_build) :
		kernel ? text(ORIGIN ":linux-%s", kernel) : text(ORIGIN ":bare-metal");
	origin = text("%.*s", (int)strcspn(build, ":"), build);
	tests = json_array();
	incidents = json_array();
	issues = json_object();
	with_issues = false;
}

static void begin_with_issues(const struct facts *facts)
{
	begin(facts);
	with_issues = true;
}

static json_t *misc_of(const struct story *s)
{
	const struct result *r = s->result;
	json_t *misc = json_object();

	set(misc, "sentence", s->sentence);
	set(misc, "verdict", verdict_name(r->verdict));
	if (r->check) {
		json_object_set_new(misc, "observations", json_integer(r->nr));
		json_object_set_new(misc, "observations_shown", json_integer(result_shown(r)));
		set(misc, "document", r->check->statement->document);
		set(misc, "section", r->check->statement->section);
		set(misc, "decided_by", r->check->decided_by);
	}
	if (r->first && r->first->known)
		set(misc, "known", r->first->known->why);
	return misc;
}

/* Add an issue, the same for all checks and runs that deviate so, and @s as its incident. */
static void add_issue(const struct story *s)
{
	const struct statement *from = s->result->check->statement;
	uint64_t what = hash(hash(hash(0, from->document), from->section), s->why);
	char *id = text("%s:kvm-errata-%016llx", origin, (unsigned long long)what);
	char *comment = text("%s \"%s\": %s", from->document, from->section, s->why);
	json_t *issue = json_pack("{s:s, s:i, s:s, s:{s:b}}", "id", id, "version", 1,
				  "origin", origin, "culprit", "code", 1);

	set(issue, "comment", comment);
	json_object_set_new(issues, id, issue);
	json_array_append_new(incidents, json_pack("{s:s, s:s, s:s, s:i, s:s, s:b}",
		"id", s->name, "origin", origin, "issue_id", id, "issue_version", 1,
		"test_id", s->name, "present", 1));
	free(comment);
	free(id);
}

static void tell(const struct story *s)
{
	static const char *const statuses[NR_OUTCOMES] = {
		[OUTCOME_PASS] = "PASS", [OUTCOME_GONE] = "PASS", [OUTCOME_KNOWN] = "PASS",
		[OUTCOME_SKIP] = "SKIP", [OUTCOME_FAIL] = "FAIL", [OUTCOME_ERROR] = "ERROR",
		[OUTCOME_MISS] = "MISS",
	};
	json_t *test = json_pack("{s:s, s:s, s:s, s:s}", "id", s->name, "origin", origin,
				 "build_id", build, "status", statuses[s->outcome]);
	char *path = text("%s%s", s->result ? "kvm-errata." : "", s->name);
	char *excerpt = text("%.16384s", s->words ? s->words : "");

	set(test, "path", path);
	set(test, "comment", s->why ? s->why : s->numbers);
	if (s->words)
		json_object_set_new(test, "log_excerpt", json_string(excerpt));
	if (s->result)
		json_object_set_new(test, "misc", misc_of(s));
	else
		json_object_set(test, "environment", environment);
	if (with_issues && s->outcome == OUTCOME_KNOWN)
		add_issue(s);
	json_array_append_new(tests, test);
	run = hash(hash(run, s->name), statuses[s->outcome]);
	for (size_t i = 0; s->result && i < s->result->nr; i++)
		run = hash(run, s->result->list[i].observed ? s->result->list[i].observed : "");
	run = hash(run, excerpt);
	free(excerpt);
	free(path);
}

/* Make @key of each object in @list, a check's name, an id that no other run has. */
static void name_run(json_t *list, const char *key)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const char *name = json_string_value(json_object_get(one, key));
		char *id = text("%s:kvm-errata-%016llx.%s", origin, (unsigned long long)run, name);

		set(one, key, id);
		free(id);
	}
}

/* Add the build; its checkout has the same id. */
static void add_build(json_t *report)
{
	json_object_set_new(report, "checkouts", json_pack("[{s:s, s:s, s:s, s:b}]",
		"id", build, "origin", origin, "comment", strchr(build, ':') + 1, "valid", 1));
	json_object_set_new(report, "builds", json_pack("[{s:s, s:s, s:s, s:s, s:s}]",
		"id", build, "checkout_id", build, "origin", origin, "architecture", "x86_64",
		"status", "PASS"));
}

static void end(const struct completion *c)
{
	json_t *report = json_pack("{s:{s:i, s:i}}", "version", "major", 5, "minor", 3), *issue;
	json_t *list = json_array();
	char *ms = text("%lu", c->ms);
	const char *id;

	run = hash(run, ms);
	free(ms);
	if (!given_build)
		add_build(report);
	name_run(tests, "id");
	json_object_set_new(report, "tests", tests);
	if (with_issues) {
		name_run(incidents, "id");
		name_run(incidents, "test_id");
		json_object_foreach(issues, id, issue) {
			json_array_append(list, issue);
		}
		json_object_set(report, "issues", list);
		json_object_set(report, "incidents", incidents);
	}
	json_dumpf(report, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(list);
	json_decref(report);
	json_decref(issues);
	json_decref(incidents);
	json_decref(environment);
	free(build);
	free(origin);
}

const struct format kcidb_format = { "kcidb", false, begin, tell, end };
const struct format kcidb_issues_format = { "kcidb-issues", false, begin_with_issues, tell, end };
