// SPDX-License-Identifier: GPL-2.0-only
/* The cost of a VM by number of vCPUs.  vCPU 0, the last one to be started, ends the VM at once. */
#include "case.h"

CASE("vcpus", .time_limit_ms = 20000);
VARIANT("1", .vcpus = 1);
VARIANT("8", .vcpus = 8);
VARIANT("64", .vcpus = 64);
VARIANT("300", .vcpus = 300);
VARIANT("512", .vcpus = MAX_CPUS);

void guest_main(void)
{
}
