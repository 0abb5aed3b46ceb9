// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the reader of expected/, and the choice of the line that counts.
 */
#include "judge/environment.h"
#include "judge/expected.h"
#include "file.h"

/* A platform with facts of each kind, so that conditions have something to hold. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct environment on;
	struct expected e;
	char *error = expected_read(&e, fuzz_file("expected", data, size));

	for (size_t i = 0; i < e.nr_checks && !error; i++) {
		const struct row *r = expected_row(&e, e.checks[i], platform());

		if (!e.nr_rows)
			abort();
		if (r)
			expected_known(r, platform());
	}
	free(error);
	expected_free(&e);
	free(environment_parse(&on, "on", (const char *)data, size));
	environment_why(&on, "case.v.key", "value", platform());
	environment_free(&on);
	return 0;
}
