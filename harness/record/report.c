// SPDX-License-Identifier: GPL-2.0-only
#include "record/report.h"

#include <string.h>

static const char *const end_names[NR_ENDS] = {
	[END_NONE] = "died", [END_DONE] = "done", [END_CRASH] = "exception",
	[END_TIMEOUT] = "timeout", [END_STUCK] = "stuck", [END_SHUTDOWN] = "shutdown",
	[END_FAIL_ENTRY] = "fail-entry", [END_CANNOT_EMULATE] = "cannot-emulate",
	[END_EXIT] = "unexpected-exit", [END_GARBAGE] = "garbage", [END_LACKS] = "lacks",
	[END_NOT_HERE] = "not-here",
	[END_SETUP] = "setup", [END_TORN] = "torn",
};

const char *end_name(enum end end)
{
	return end_names[end];
}

enum end end_of_name(const char *name)
{
	enum end end = 0;

	while (end < NR_ENDS && strcmp(end_names[end], name))
		end++;
	return end;
}
