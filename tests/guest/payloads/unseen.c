// SPDX-License-Identifier: GPL-2.0-only
/* Ends normally, but says that it could not make its only observation. */
#include "case.h"

CASE("unseen");
VARIANT("default");

void guest_main(void)
{
	observe("what", UNSEEN_HOST "has none of it");
}
