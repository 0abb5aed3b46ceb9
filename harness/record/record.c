// SPDX-License-Identifier: GPL-2.0-only
#include "record/record.h"

#include <stdlib.h>

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
