// SPDX-License-Identifier: GPL-2.0-only
/* Spins with interrupts disabled until the time limit ends the guest. */
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
