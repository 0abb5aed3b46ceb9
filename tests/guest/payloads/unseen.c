// SPDX-License-Identifier: GPL-2.0-only
/* Ends normally, but has observed nothing. */
#include "case.h"

CASE("unseen");
VARIANT("default");

void guest_main(void)
{
	observe("what", UNSEEN_HOST "has none of it");
}
