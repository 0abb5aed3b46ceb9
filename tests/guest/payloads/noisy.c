// SPDX-License-Identifier: GPL-2.0-only
/* An observation that is too noisy in this run. */
#include "case.h"

CASE("noisy");
VARIANT("default");

void guest_main(void)
{
	observe("before", "seen");
	observe("latency", UNSEEN_NOISE "too much noise");
}
