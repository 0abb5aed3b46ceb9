// SPDX-License-Identifier: GPL-2.0-only
/* An exception on another CPU, while the observing CPU waits for that CPU. */
#include "case.h"

CASE("other-cpu", .vcpus = 2);
VARIANT("default");

static void fall(void *unused)
{
	(void)unused;
	asm volatile("ud2");
}

void guest_main(void)
{
	observe("before", "seen");
	call_on(1, fall, NULL);
	observe("after", "seen");
}
