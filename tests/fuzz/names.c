// SPDX-License-Identifier: GPL-2.0-only
/* What the judge takes from worker.c, which would bring in the whole VM. */
#include "report.h"

const char *end_name(enum end end)
{
	return end < NR_ENDS ? "an end" : "?";
}
