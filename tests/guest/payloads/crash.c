// SPDX-License-Identifier: GPL-2.0-only
/* An unexpected exception: a load from an address that is not mapped. */
#include "case.h"

CASE("crash");
VARIANT("default");

void guest_main(void)
{
	observe("before", "seen");
	(void)*(volatile u64 *)0x123456789000;
	observe("after", "seen");
}
