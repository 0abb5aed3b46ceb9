// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's end of the mailbox.
 */
#include <stdarg.h>

#include "case.h"

struct mailbox mailbox;

void ring_about(enum ring why, const struct exception *e)
{
	if (mailbox.doorbell)
		((void (*)(enum ring, const struct exception *))mailbox.doorbell)(why, e);
	else
		asm volatile("outl %0, %w1" :: "a"(why), "d"(DOORBELL_PORT) : "memory");
}

void ring(enum ring why)
{
	ring_about(why, NULL);
}

static const char *scopes[ENTRY_SCOPES];
static u32 nr_scopes;

bool scope_enter(const char *name)
{
	if (!name || nr_scopes == ENTRY_SCOPES)
		return false;
	scopes[nr_scopes++] = name;
	return true;
}

void scope_leave(bool *entered)
{
	if (*entered)
		scopes[--nr_scopes] = NULL;
}

void put_entry(enum entry_kind kind, u32 args, const char *format, ...)
{
	struct entry *r = &mailbox.entry[mailbox.entries];
	va_list list;

	if (mailbox.entries == MAX_ENTRIES)
		return;
	r->kind = kind;
	r->format = (u64)format;
	for (u32 i = 0; i < ENTRY_SCOPES; i++)
		r->scope[i] = (u64)scopes[i];
	va_start(list, format);
	for (u32 i = 0; i < args; i++)
		r->arg[i] = va_arg(list, u64);
	va_end(list);
	mailbox.entries++;
}
