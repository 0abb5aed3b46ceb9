// SPDX-License-Identifier: GPL-2.0-only
/* Mailboxes that make no sense, and one that is just full. */
#include "case.h"

CASE("garbage");
VARIANT("all-over", .ids = { 1 });
VARIANT("million", .ids = { 2 });
VARIANT("format", .ids = { 3 });
VARIANT("no-value", .ids = { 4 });
VARIANT("far-string", .ids = { 5 });
VARIANT("ring", .ids = { 6 });
VARIANT("flood", .ids = { 7 }, .time_limit_ms = 200);
VARIANT("service", .ids = { 8 });

/* The vCPU's id says which variant this is. */
void guest_main(void)
{
	u64 arg[6] = {};

	observe("before", "seen");
	switch (this_cpu()->id) {
	case 1:
		for (u32 i = 0; i < sizeof(mailbox) / 8; i++)
			((u64 *)&mailbox)[i] = 0xa5a5a5a5a5a5a5a5;
		break;
	case 2:
		mailbox.entries = 1000000;
		break;
	case 3:
		mailbox.entry[mailbox.entries++] = (struct entry) { .format = (u64)"%n%n%n = %q" };
		break;
	case 4:
		mailbox.entry[mailbox.entries++] = (struct entry) { .format = (u64)"nothing" };
		break;
	case 5:
		observef("far = %s", (char *)0xdeadbeef00000000);
		mailbox.entry[mailbox.entries++] = (struct entry) { .format = 0x10 };
		break;
	case 6:
		ring(0x1234);
		break;
	case 7:
		for (;;)
			host_call(SERVICE_GET_SUPPORTED_CPUID, arg);
	case 8:
		observef("service = %ld", host_call(0x7fffffff, arg));
		break;
	}
}
