// SPDX-License-Identifier: GPL-2.0-only
/*
 * The harness's own logic, without a VM: conditions, versions, expectations,
 * names, and the judge's verdicts on a report.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "judge/value.h"
#include "judge/expected.h"
#include "judge/judge.h"
#include "judge/source.h"
#include "record/read.h"
#include "record/facts.h"
#include "run/case.h"
#include "text.h"

static void versions_compare_by_number(void **state)
{
	(void)state;
	assert_true(version_compare("6.12.107", "6.3") > 0);
	assert_true(version_compare("6.1.0-49-cloud-amd64", "6.3") < 0);
	assert_int_equal(version_compare("6.3.0-rc1", "6.3"), 0);
	assert_int_equal(version_compare("6.3", "6.3.0"), 0);
	assert_true(version_compare("6.18.44-fc-v669", "6.18.9") > 0);
	assert_true(version_compare("7", "6.99") > 0);
	assert_true(version_compare("nonsense", "6.1") < 0);
}

static bool holds(const char *term, const struct facts *facts)
{
	struct condition c = {};
	bool result;

	assert_null(condition_add(&c, term));
	result = condition_holds(&c, facts);
	condition_free(&c);
	return result;
}

static void conditions_match_facts(void **state)
{
	struct facts p = {};

	(void)state;
	facts_set(&p, "vendor", "amd");
	facts_set(&p, "kernel", "6.2.9");
	assert_true(holds("vendor=amd", &p));
	assert_true(holds("vendor=intel|amd", &p));
	facts_set(&p, "cpu", "amd");
	assert_false(holds("cpu=intel|am", &p));
	assert_false(holds("vendor!=amd", &p));
	assert_true(holds("hypervisor!=tcg", &p));
	assert_false(holds("hypervisor=tcg", &p));
	assert_true(holds("kernel<6.3", &p));
	assert_false(holds("kernel>=6.3", &p));
	facts_set(&p, "kernel", "6.3");
	assert_true(holds("kernel>=6.3", &p));
	facts_free(&p);
}

static void distance_counts_edits(void **state)
{
	(void)state;
	assert_int_equal(text_distance("mtrr", "mtrr"), 0);
	assert_int_equal(text_distance("mttr", "mtrr"), 1);
	assert_int_equal(text_distance("", "pat"), 3);
	assert_int_equal(text_distance("x87", ""), 3);
}

static const char expectations[] =
	"statement errata.rst \"X\" since 6.11\n"
	"\tfirst line\n"
	"\tsecond line\n"
	"decided by x.c x()\n"
	"check known: it is known to differ\n"
	"\tv.{a,b} one on vendor=amd\n"
	"\t\tknown two on kernel<6.3: two-lines\n"
	"\tv.{a,b} three\n"
	"check other: it is not\n"
	"\t{v,w}.c skip vendor on vendor=pvm: one-line\n"
	"\t{v,w}.c yes\n"
	"reason one-line: it has none\n"
	"reason two-lines: first words,\n"
	"\tsecond words\n";

static void read_text(struct expected *e, const char *s)
{
	char path[] = "/tmp/kvm-errata-unit.XXXXXX";
	int fd = mkstemp(path);

	assert_int_equal(write(fd, s, strlen(s)), strlen(s));
	close(fd);
	assert_null(expected_read(e, path));
	unlink(path);
}

static void first_matching_row_counts(void **state)
{
	const struct check *c;
	struct facts p = {};
	struct expected e;
	const struct row *r;

	(void)state;
	read_text(&e, expectations);
	assert_int_equal(e.nr_checks, 2);
	c = expected_check(&e, "known");
	assert_ptr_equal(c, e.checks[0]);
	assert_string_equal(c->sentence, "it is known to differ");
	assert_string_equal(c->statement->words, "first line second line");
	assert_int_equal(c->nr_ids, 2);
	assert_string_equal(c->ids[1], "v.b");
	assert_ptr_equal(expected_owner(&e, "w.c"), e.checks[1]);
	assert_null(expected_owner(&e, "w.b"));
	facts_set(&p, "vendor", "amd");
	facts_set(&p, "kernel", "6.1");
	r = check_row(c, "v.b", &p);
	assert_string_equal(r->documented.value, "one");
	assert_string_equal(row_known(r, &p)->value, "two");
	facts_set(&p, "kernel", "6.12");
	assert_null(row_known(r, &p));
	facts_set(&p, "vendor", "intel");
	r = check_row(c, "v.a", &p);
	assert_string_equal(r->documented.value, "three");
	facts_free(&p);
	expected_free(&e);
}

static void reason_names_expand_to_their_text(void **state)
{
	struct expected e;

	(void)state;
	read_text(&e, expectations);
	assert_string_equal(e.checks[0]->rows[0]->known->why, "first words, second words");
	assert_string_equal(e.checks[1]->rows[0]->documented.why, "it has none");
	assert_int_equal(e.checks[1]->rows[0]->documented.skip, SKIP_VENDOR);
	expected_free(&e);
}

struct verdicts {
	enum verdict v[16];
	size_t n, shown;
	bool by_chance;
};

static void keep(const struct result *r, void *context)
{
	struct verdicts *verdicts = context;

	assert_int_equal(r->first->verdict, r->verdict);
	verdicts->v[verdicts->n++] = r->verdict;
	verdicts->shown += result_shown(r);
	verdicts->by_chance |= r->by_chance;
}

static void variants_inherit_capabilities(void **state)
{
	const struct vm_note base = { .vcpus = 2, .enable = {{ "A", 1, 10, 0, 0 }} };
	struct vm_note other = { .enable = {{ "B", 2, 20, 0, 0 }} }, same = { .enable = {{ "A", 1, 11, 0, 0 }} };
	struct vm_note full = { .enable = {{ "B", 2, 20, 0, 0 }, { "C", 3, 30, 0, 0 }} };
	char *needs;

	(void)state;
	assert_true(variant_inherit(&other, &base));
	needs = variant_needs(&other, false);
	assert_string_equal(needs, "2 vCPUs, B 0x14, A 0xa");
	free(needs);
	assert_true(variant_inherit(&same, &base));
	assert_int_equal(same.enable[0].arg, 11);
	assert_int_equal(same.enable[1].cap, 0);
	assert_false(variant_inherit(&full, &base));
}

static void observe(struct report *r, const char *line)
{
	struct line *l = &r->lines[r->nr_lines++];
	size_t n = strstr(line, " = ") - line;
	const char *why;

	*l = (struct line) { .kind = ENTRY_OBSERVATION };
	memcpy(l->key, line, n);
	strcpy(l->value, line + n + strlen(" = "));
	l->skip = skip_of_value(l->value, &why);
}

static void environments_match_their_lines(void **state)
{
	static const char words[] = "environment hypervisor=tcg\n"
		"c.*.{a,b} 1 on vendor=amd: bent\nreason bent: why\n\tit is\n*.effective *: no caches\n"
		"\te.v.a 1: indented, below no reason\n";
	struct environment e;
	struct facts p = {};

	(void)state;
	assert_null(environment_parse(&e, "on/tcg", words, sizeof(words) - 1));
	facts_set(&p, "vendor", "amd");
	assert_null(environment_value(&e, "c.v.a", "1", &p));
	facts_set(&p, "hypervisor", "tcg");
	assert_string_equal(environment_value(&e, "c.v.a", "1", &p)->why, "why it is");
	assert_string_equal(environment_value(&e, "c.v.w.b", "1", &p)->why, "why it is");
	assert_null(environment_value(&e, "c.v.a", "2", &p));
	assert_null(environment_value(&e, "c.v.c", "1", &p));
	assert_null(environment_value(&e, "d.v.a", "1", &p));
	assert_string_equal(environment_value(&e, "e.v.a", "1", &p)->why, "indented, below no reason");
	assert_string_equal(environment_value(&e, "d.v.x.effective", "wb", &p)->why, "no caches");
	assert_string_equal(environment_value(&e, "d.v.x.effective", NULL, &p)->why, "no caches");
	facts_set(&p, "vendor", "intel");
	assert_null(environment_value(&e, "c.v.a", "1", &p));
	environment_free(&e);
	facts_free(&p);
}

static void errors_in_environments_have_their_line(void **state)
{
	static const char *const errors[][2] = {
		{ "c.v.a 1: why\n",
		  "on:1: expected \"environment CONDITION...\" or \"known CONDITION...\" above it" },
		{ "environment\n",
		  "on:1: expected \"environment CONDITION...\" or \"known CONDITION...\" above it" },
		{ "environment colour=red\n", "on:1: \"colour\" is not a fact of any platform" },
		{ "environment vendor=amd\nc.v.a 1\n",
		  "on:2: expected \"CASE.VARIANT.KEY VALUE [on CONDITION...]: WHY\"" },
		{ "environment vendor=amd\n\nc.{v.a 1: why\n", "on:3: '{' without '}'" },
		{ "environment vendor=amd\nenvironment vendor=pvm\n", "on:2: a second \"environment\" or \"known\"" },
		{ "environment vendor=amd\nc.v.a 1: bent\n",
		  "on:2: reason \"bent\" is not defined, expected \"reason bent: WHY\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		struct environment e;
		char *error = environment_parse(&e, "on", errors[i][0], strlen(errors[i][0]));

		assert_string_equal(error, errors[i][1]);
		free(error);
		environment_free(&e);
	}
}

static void judge_count_is_by_variant(void **state)
{
	struct expected e;

	(void)state;
	read_text(&e, expectations);
	assert_int_equal(judge_count(&e, (const char *[]) { "v" }, 1), 3);
	assert_int_equal(judge_count(&e, (const char *[]) { "w" }, 1), 2);
	assert_int_equal(judge_count(&e, (const char *[]) { "v", "w" }, 2), 3);
	expected_free(&e);
}

static const char *suite;		/* the fact "suite" of the record; NULL: the record lacks it */

/* Judge a variant v that ended with @end and observed @lines, which end with NULL. */
static struct verdicts judge_lines(const char *vendor, enum end end, const char *const lines[])
{
	struct report *report = calloc(1, sizeof(*report));
	struct facts p = {};
	struct verdicts verdicts = {};
	struct sights sights = {};
	static const struct expectations all;
	struct expected e;

	read_text(&e, expectations);
	facts_set(&p, "vendor", vendor);
	facts_set(&p, "kernel", "6.1");
	if (suite)
		facts_set(&p, "suite", suite);
	report->end = end;
	while (*lines)
		observe(report, *lines++);
	judge_variant(&sights, "case", "v", &all, &e, &p, report);
	assert_int_equal(sights.nr, 4);
	assert_string_equal(sights.list[1].id, "case.v.b");
	assert_string_equal(sights.list[3].id, "case.v.complete");
	judge_case("case", &e, &sights, 1, keep, &verdicts);
	assert_int_equal(verdicts.n, 3);
	sights_free(&sights);
	free(report);
	facts_free(&p);
	expected_free(&e);
	return verdicts;
}

/* Assert the verdicts on the checks "known" and "other", and on "complete". */
static void assert_verdicts(const struct verdicts *v, enum verdict known, enum verdict other,
			    enum verdict complete)
{
	assert_int_equal(v->v[0], known);
	assert_int_equal(v->v[1], other);
	assert_int_equal(v->v[2], complete);
}

static void verdicts_follow_from_observations(void **state)
{
	struct verdicts v;

	(void)state;
	v = judge_lines("amd", END_DONE,
			(const char *[]) { "a = one", "b = two", "c = yes", NULL });
	assert_verdicts(&v, VERDICT_KNOWN, VERDICT_OK, VERDICT_OK);
	assert_int_equal(v.shown, 3);
	v = judge_lines("amd", END_DONE,
			(const char *[]) { "a = one", "b = one", "c = no", NULL });
	assert_verdicts(&v, VERDICT_FIXED, VERDICT_DEVIATION, VERDICT_OK);
	assert_int_equal(v.shown, 2);
	v = judge_lines("amd", END_DONE,
			(const char *[]) { "a = two", "b = four", "c = yes", NULL });
	assert_verdicts(&v, VERDICT_DEVIATION, VERDICT_OK, VERDICT_OK);
	v = judge_lines("amd", END_DONE, (const char *[]) { "a = two", "c = yes", NULL });
	assert_verdicts(&v, VERDICT_MISSING, VERDICT_OK, VERDICT_OK);
	v = judge_lines("pvm", END_DONE, (const char *[]) { "a = one", "b = three", NULL });
	assert_verdicts(&v, VERDICT_DEVIATION, VERDICT_SKIP, VERDICT_OK);
	v = judge_lines("intel", END_TIMEOUT, (const char *[]) { "a = three", NULL });
	assert_verdicts(&v, VERDICT_MISSING, VERDICT_MISSING, VERDICT_DEVIATION);
	assert_int_equal(v.shown, 1);
	v = judge_lines("intel", END_CANNOT_EMULATE, (const char *[]) { "a = three", NULL });
	assert_verdicts(&v, VERDICT_OK, VERDICT_SKIP, VERDICT_SKIP);
	assert_false(v.by_chance);
	v = judge_lines("intel", END_DONE,
			(const char *[]) { "a = three", "b = ?noise: too loud", "c = yes", NULL });
	assert_verdicts(&v, VERDICT_OK, VERDICT_OK, VERDICT_OK);
	assert_true(v.by_chance);
	v = judge_lines("intel", END_DONE,
			(const char *[]) { "a = three", "b = three", "c = yes", "d = x", NULL });
	assert_verdicts(&v, VERDICT_OK, VERDICT_OK, VERDICT_DEVIATION);
	v = judge_lines("intel", END_DONE,
			(const char *[]) { "a = three", "b = three", "c = yes", "c = yes", NULL });
	assert_verdicts(&v, VERDICT_OK, VERDICT_OK, VERDICT_DEVIATION);
}

/* An observation without an expectation is no deviation if another version has made it. */
static void a_record_of_another_suite_is_judged(void **state)
{
	const char *lines[] = { "a = three", "b = three", "c = yes", "d = x", NULL };
	struct verdicts v;

	(void)state;
	suite = "0.1-1-gother";
	v = judge_lines("intel", END_DONE, lines);
	assert_verdicts(&v, VERDICT_OK, VERDICT_OK, VERDICT_OK);
	suite = suite_version;
	v = judge_lines("intel", END_DONE, lines);
	assert_verdicts(&v, VERDICT_OK, VERDICT_OK, VERDICT_DEVIATION);
	suite = NULL;
}

/* @want is the words joined by spaces, or the error. */
static void expands(const char *pattern, const char *want)
{
	char *words[MAX_ALTERNATIVES], got[256] = "";
	size_t n = 0;
	char *error = source_expand(pattern, words, &n);

	for (size_t i = 0; i < n; i++) {
		strcat(strcat(got, i ? " " : ""), words[i]);
		free(words[i]);
	}
	assert_string_equal(error ? error : got, want);
	free(error);
}

static void alternatives_are_bounded(void **state)
{
	char *words[MAX_ALTERNATIVES], *error;
	size_t n = 0;

	(void)state;
	error = source_expand("{0..999}", words, &n);
	assert_string_equal(error, "stands for more than 256 observations");
	assert_int_equal(n, MAX_ALTERNATIVES);
	while (n)
		free(words[--n]);
	free(error);
}

static void braces_expand(void **state)
{
	(void)state;
	expands("a", "a");
	expands("{a,b}.{c,d}", "a.c a.d b.c b.d");
	expands("{,x.}a", "a x.a");
	expands("{a,{,f.}{b,c}}.d", "a.d b.d c.d f.b.d f.c.d");
	expands("{a,b", "'{' without '}'");
	expands("{a,{b}", "'{' without '}'");
	expands("a{0..2}", "a0 a1 a2");
	expands("{9..11}.{a,b{1..2}}", "9.a 9.b1 9.b2 10.a 10.b1 10.b2 11.a 11.b1 11.b2");
	expands("a{7..7}", "a7");
	expands("{a..c}", "a..c");
	expands("a{3..1}", "a range that runs backwards, expected {1..3}");
}

static const char record[] =
	"{\"format\": \"" RECORD_FORMAT "\", \"facts\": {\"vendor\": \"amd\"}, \"plan\": [\"c.v\"], \"unreadable\": {}}\n"
	"{\"variant\": \"c.v\"}\n"
	"{\"note\": \"load 40\", \"numbers\": [40, \"0xffffffffffffffff\"]}\n"
	"{\"key\": \"a\", \"value\": \"1\"}\n"
	"{\"end\": \"done\", \"why\": \"done\", \"lines\": 2, \"ms\": 1}\n"
	"{\"complete\": true, \"ms\": 2, \"stuck\": 0, \"failed\": null}\n";

struct heard {
	bool done, whole;
};

static void hear_ended(void *context, const char *variant, const struct report *r)
{
	(void)variant;
	((struct heard *)context)->done = r->end == END_DONE;
}

static void hear_complete(void *context, struct completion *c)
{
	((struct heard *)context)->whole = !c->torn;
}

static struct heard read_record(size_t size)
{
	struct heard heard = {};
	struct listener l = { .ended = hear_ended, .complete = hear_complete, .context = &heard };
	FILE *f = fmemopen((void *)record, size, "r");

	free(record_read(f, &l, 1));
	fclose(f);
	return heard;
}

static void a_record_cut_anywhere_is_torn(void **state)
{
	size_t size = strlen(record), end = strstr(record, "{\"complete\"") - record;

	(void)state;
	assert_true(read_record(size).whole);
	assert_true(read_record(size).done);
	for (size_t n = 1; n < size - 1; n++) {
		struct heard heard = read_record(n);

		assert_false(heard.whole);
		assert_true(n >= end - 1 || !heard.done);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(variants_inherit_capabilities),
		cmocka_unit_test(versions_compare_by_number),
		cmocka_unit_test(conditions_match_facts),
		cmocka_unit_test(environments_match_their_lines),
		cmocka_unit_test(errors_in_environments_have_their_line),
		cmocka_unit_test(distance_counts_edits),
		cmocka_unit_test(first_matching_row_counts),
		cmocka_unit_test(reason_names_expand_to_their_text),
		cmocka_unit_test(braces_expand),
		cmocka_unit_test(alternatives_are_bounded),
		cmocka_unit_test(judge_count_is_by_variant),
		cmocka_unit_test(verdicts_follow_from_observations),
		cmocka_unit_test(a_record_of_another_suite_is_judged),
		cmocka_unit_test(a_record_cut_anywhere_is_torn),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
