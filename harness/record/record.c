// SPDX-License-Identifier: GPL-2.0-only
#include "record/record.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

void plan_add(struct plan *plan, const char *name, const char *unreadable)
{
	APPEND(plan->list, plan->nr, (struct planned) {
		text_printable(name), unreadable ? text_printable(unreadable) : NULL,
	});
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->nr; i++) {
		free(plan->list[i].name);
		free(plan->list[i].unreadable);
	}
	free(plan->list);
}

static const char *const end_names[NR_ENDS] = {
	[END_NONE] = "died", [END_DONE] = "done", [END_CRASH] = "exception",
	[END_TIMEOUT] = "timeout", [END_STUCK] = "stuck", [END_SHUTDOWN] = "shutdown",
	[END_FAIL_ENTRY] = "fail-entry", [END_CANNOT_EMULATE] = "cannot-emulate",
	[END_EXIT] = "unexpected-exit", [END_GARBAGE] = "garbage", [END_LACKS] = "lacks",
	[END_NOT_HERE] = "not-here",
	[END_SETUP] = "setup", [END_SAVED] = "saved", [END_TORN] = "torn",
};

static const struct {
	const char *name, *remedy;
} skips[NR_SKIP_CLASSES] = {
	[SKIP_HOST] = { "host", "this host lacks it" },
	[SKIP_VENDOR] = { "vendor", "another vendor's CPU shows it" },
	[SKIP_GUEST] = { "guest", "bare metal or its VMM shows it" },
	[SKIP_ENVIRONMENT] = { "environment", "another KVM, or a CPU, shows it" },
	[SKIP_NOISE] = { "noise", "a quieter machine shows it" },
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

const char *skip_name(enum skip_class skip)
{
	return skips[skip].name;
}

const char *skip_remedy(enum skip_class skip)
{
	return skips[skip].remedy;
}

enum skip_class skip_of_name(const char *name, size_t n)
{
	for (enum skip_class skip = SKIP_NONE + 1; skip < NR_SKIP_CLASSES; skip++) {
		if (strlen(skips[skip].name) == n && !memcmp(skips[skip].name, name, n))
			return skip;
	}
	return SKIP_NONE;
}

enum skip_class skip_of_value(const char *value, const char **why)
{
	size_t n = strcspn(value, ":");

	if (value[0] != '?' || strncmp(value + n, ": ", 2))
		return SKIP_NONE;
	*why = value + n + 2;
	return skip_of_name(value + 1, n - 1);
}

char *skip_words(enum skip_class skip, const char *why)
{
	return skip ? text("%s: %s", skips[skip].name, why) : text("%s", why);
}
