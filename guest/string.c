// SPDX-License-Identifier: GPL-2.0-only
/* Compilers emit calls to these even without a libc. */
#include "x86.h"

void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);

void *memset(void *to, int byte, size_t size)
{
	void *end = to;

	asm volatile("rep stosb" : "+D"(end), "+c"(size) : "a"(byte) : "memory");
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	void *end = to;

	asm volatile("rep movsb" : "+D"(end), "+S"(from), "+c"(size) :: "memory");
	return to;
}
