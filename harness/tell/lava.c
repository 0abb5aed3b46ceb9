// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines "NAME RESULT", which ci/lava.yaml gives to lava-test-case, because LAVA's own
 * parsers read TAP's numbers and directives as names.
 *
 * LAVA knows pass, fail, skip and unknown.  Readers of its results show unknown as a
 * skip, so a check that a torn record has lost fails.
 */
#include <stdio.h>

#include "tell/format.h"

static void tell(const struct story *s)
{
	static const char *const results[NR_OUTCOMES] = {
		[OUTCOME_PASS] = "pass", [OUTCOME_GONE] = "pass", [OUTCOME_KNOWN] = "pass",
		[OUTCOME_SKIP] = "skip", [OUTCOME_FAIL] = "fail", [OUTCOME_ERROR] = "fail",
		[OUTCOME_MISS] = "fail",
	};

	printf("%s %s\n", s->name, results[s->outcome]);
}

const struct format lava_format = { .name = "lava", .tell = tell };
