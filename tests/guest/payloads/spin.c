// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spins with interrupts disabled until the time limit ends the guest.  The last four are a
 * KVM on which many variants hang.
 */
#include "case.h"

CASE("spin", .time_limit_ms = 200);
VARIANT("default");
VARIANT("alone", .alone = 1);
VARIANT("hang-1", .time_limit_ms = 800);
VARIANT("hang-2", .time_limit_ms = 800);
VARIANT("hang-3", .time_limit_ms = 800);
VARIANT("hang-4", .time_limit_ms = 800);

void guest_main(void)
{
	observe("before", "seen");
	for (;;)
		pause();
}
