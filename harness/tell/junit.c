// SPDX-License-Identifier: GPL-2.0-only
/*
 * JUnit XML, as Jenkins, GitLab and others read it: a class is a case, its tests are
 * checks by name and sentence, and the facts are properties.  CASE.complete has the time
 * of the whole case.
 *
 * JUnit has no expected failure.  A known deviation is reported as skipped, with "known:
 * ...": readers show it neither red nor green, and show its message.  A check that was
 * never observed is an error, not a failure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tell/format.h"
#include "text.h"

static char *properties, *tests;
static size_t nr_tests, nr[NR_OUTCOMES];

/* Append @before, @s (printable ASCII) escaped for XML, and @after. */
static char *add(char *old, const char *before, const char *s, const char *after)
{
	char *xml = xrealloc(NULL, sizeof("&quot;") * strlen(s) + 1), *end = xml;

	for (; *s; s++)
		end = stpcpy(end, *s == '&' ? "&amp;" : *s == '<' ? "&lt;" : *s == '>' ? "&gt;" :
			     *s == '"' ? "&quot;" : (char[]) { *s, '\0' });
	*end = '\0';
	old = text_append(old, "%s%s%s", before, xml, after);
	free(xml);
	return old;
}

static void begin(const struct facts *facts)
{
	properties = text("%s", "");
	tests = text("%s", "");
	nr_tests = 0;
	memset(nr, 0, sizeof(nr));
	for (size_t i = 0; i < facts->nr; i++) {
		properties = add(properties, "<property name=\"", facts->list[i].key, "\" value=\"");
		properties = add(properties, "", facts->list[i].value, "\"/>\n");
	}
}

/* Return the content of a test's element. */
static char *element(const struct story *s)
{
	const char *words = s->words ? s->words : "", *kind;
	char *xml;

	switch (s->outcome) {
	case OUTCOME_PASS:
	case OUTCOME_GONE:
		xml = text("%s", "");
		break;
	case OUTCOME_KNOWN:
	case OUTCOME_SKIP:
		kind = s->outcome == OUTCOME_KNOWN ? "known: " : "";
		xml = add(text("<skipped message=\"%s", kind), "", s->why, "\"/>\n");
		break;
	default:
		kind = s->outcome == OUTCOME_FAIL ? "failure" : "error";
		xml = text("<%s type=\"%s\"", kind, s->result ? verdict_name(s->result->verdict) :
								"run");
		xml = add(xml, " message=\"", s->why, "\">");
		return text_append(add(xml, "", words, "</"), "%s>\n", kind);
	}
	return *words ? add(xml, "<system-out>", words, "</system-out>\n") : xml;
}

static void tell(const struct story *s)
{
	int n = strcspn(s->name, ".");
	unsigned long ms = s->result ? s->result->ms : 0;
	char *xml = element(s);

	tests = text_append(tests, "<testcase classname=\"%.*s\"", n, s->name);
	tests = add(tests, " name=\"", s->name + n + 1, ": ");
	tests = add(tests, "", s->sentence, "\"");
	tests = text_append(tests, " time=\"%lu.%03lu\"%s%s%s\n", ms / 1000, ms % 1000,
			    *xml ? ">\n" : "/>", xml, *xml ? "</testcase>" : "");
	free(xml);
	nr[s->outcome]++;
	nr_tests++;
}

static void end(const struct completion *c)
{
	printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	       "<testsuite name=\"kvm-errata\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
	       "skipped=\"%zu\" time=\"%lu.%03lu\">\n<properties>\n%s</properties>\n%s"
	       "</testsuite>\n</testsuites>\n",
	       nr_tests, nr[OUTCOME_FAIL], nr[OUTCOME_ERROR] + nr[OUTCOME_MISS],
	       nr[OUTCOME_KNOWN] + nr[OUTCOME_SKIP], c->ms / 1000, c->ms % 1000, properties, tests);
	free(properties);
	free(tests);
}

const struct format junit_format = { "junit", true, begin, tell, end };
