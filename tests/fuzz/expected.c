// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the reader of expected/, and the choice of the row that counts.
 */
#include "judge/expectations.h"
#include "judge/expected.h"
#include "file.h"

/* Facts of each kind, so that conditions can hold. */
static struct facts *platform(void)
{
	static struct facts p;

	if (!p.nr) {
		facts_set(&p, "vendor", "amd");
		facts_set(&p, "kernel", "6.12.107-rc1");
		facts_set(&p, "quirks", "0x3ff");
	}
	return &p;
}

/* A check has rows, and no other check has its observations. */
static void walk(const struct expected *e, const struct check *c)
{
	if (!c->nr_rows || !c->statement || !c->decided_by || expected_check(e, c->name) != c)
		abort();
	for (size_t i = 0; i < c->nr_ids; i++) {
		const struct row *r = check_row(c, c->ids[i], platform());

		if (expected_owner(e, c->ids[i]) != c)
			abort();
		if (r)
			row_known(r, platform());
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct environment on;
	struct expected e;
	char *error = expected_read(&e, fuzz_file("expected", data, size));

	for (size_t i = 0; i < e.nr_checks && !error; i++)
		walk(&e, e.checks[i]);
	free(error);
	expected_free(&e);
	free(environment_parse(&on, "on", (const char *)data, size));
	environment_value(&on, "case.v.key", "value", platform());
	environment_free(&on);
	return 0;
}
