// SPDX-License-Identifier: GPL-2.0-only
/* Never ends, interrupts off: the time limit has to end it. */
#include "case.h"

CASE("spin", .time_limit_ms = 200);
VARIANT("default");
VARIANT("alone", .alone = 1);

void guest_main(void)
{
	observe("before", "seen");
	for (;;)
		pause();
}
