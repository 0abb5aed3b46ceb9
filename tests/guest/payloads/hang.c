// SPDX-License-Identifier: GPL-2.0-only
/* A KVM on which many variants hang. */
#include "case.h"

CASE("hang", .time_limit_ms = 800);
VARIANT("first");
VARIANT("second");
VARIANT("third");
VARIANT("fourth");

void guest_main(void)
{
	observe("before", "seen");
	for (;;)
		pause();
}
