// SPDX-License-Identifier: GPL-2.0-only
/* Ends normally, but says of an observation that it could not be made. */
#include "case.h"

enum { HOST, NOISE };

CASE("unseen");
VARIANT("host", .ids = { HOST });
VARIANT("noise", .ids = { NOISE });

void guest_main(void)
{
	if (this_cpu()->id == HOST) {
		observe("what", UNSEEN_HOST "has none of it");
		return;
	}
	observe("before", "seen");
	observe("latency", UNSEEN_NOISE "too much noise");
}
