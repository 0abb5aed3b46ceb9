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

void put_entry(enum entry_kind kind, u32 args, const char *format, ...)
{
	struct entry *r = &mailbox.entry[mailbox.entries];
	va_list list;

	if (mailbox.entries == MAX_ENTRIES)
		return;
	r->kind = kind;
	r->format = (u64)format;
	va_start(list, format);
	for (u32 i = 0; i < args; i++)
		r->arg[i] = va_arg(list, u64);
	va_end(list);
	mailbox.entries++;
}

s64 host_call(enum service service, u64 arg[6])
{
	struct call *call = &mailbox.call[this_cpu()->index];

	if (!mailbox.host)
		return -ENOSYS;
	call->service = service;
	__builtin_memcpy(call->arg, arg, sizeof(call->arg));
	ring(RING_CALL);
	asm volatile("" ::: "memory");
	__builtin_memcpy(arg, call->arg, sizeof(call->arg));
	return call->ret;
}
