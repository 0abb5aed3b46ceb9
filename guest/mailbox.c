// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's end of the mailbox.
 */
#include <stdarg.h>

#include "case.h"

struct mailbox mailbox = { .magic = MAILBOX_MAGIC };

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

static void put_entry(enum entry_kind kind, const char *format, va_list args)
{
	struct entry *r = &mailbox.entry[mailbox.entries];

	if (mailbox.entries == MAX_ENTRIES)
		return;
	r->kind = kind;
	r->format = (u64)format;
	for (const char *p = format; *p; p++) {
		if (*p == '%' && *++p != '%' && r->args < ENTRY_ARGS)
			r->arg[r->args++] = va_arg(args, u64);
	}
	mailbox.entries++;
}

void observef(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_entry(ENTRY_OBSERVATION, format, args);
	va_end(args);
}

void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_entry(ENTRY_NOTE, format, args);
	va_end(args);
}

s64 host_call(enum service service, u64 arg[6])
{
	struct call *call = &mailbox.call[this_cpu()->index];

	if (!mailbox.host)
		return -ENOSYS;
	call->service = service;
	for (int i = 0; i < 6; i++)
		call->arg[i] = arg[i];
	ring(RING_CALL);
	asm volatile("" ::: "memory");
	for (int i = 0; i < 6; i++)
		arg[i] = call->arg[i];
	return call->ret;
}
