// SPDX-License-Identifier: GPL-2.0-only
/*
 * stdlib.h and string.h on top of UEFI's boot services.
 */
#include <stdlib.h>
#include <string.h>
#include <stdint.h>

#include "metal.h"

/* Before each allocation, for realloc(); its size keeps 16-byte alignment. */
struct header {
	size_t size, unused;
};

static void *allocate(size_t size)
{
	struct header *h;

	if (BS->AllocatePool(EfiLoaderData, sizeof(*h) + size, (void **)&h) != EFI_SUCCESS)
		return NULL;
	h->size = size;
	return h + 1;
}

void free(void *p)
{
	if (p)
		BS->FreePool((struct header *)p - 1);
}

void *realloc(void *old, size_t size)
{
	struct header *h = (struct header *)old - 1;
	void *new;

	if (old && size <= h->size)
		return old;
	/* A buffer that grows will grow again: spare room saves copies. */
	new = allocate(old ? size + size / 2 : size);
	if (new && old) {
		memcpy(new, old, h->size);
		free(old);
	}
	return new;
}

void *memcpy(void *to, const void *from, size_t n)
{
	void *start = to;
	size_t words = n / 8, rest = n % 8;

	asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) :: "memory");
	asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(rest) :: "memory");
	return start;
}

void *memset(void *to, int c, size_t n)
{
	void *start = to;
	size_t words = n / 8, rest = n % 8;
	uint64_t word = (uint8_t)c * 0x0101010101010101;

	asm volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(word) : "memory");
	asm volatile("rep stosb" : "+D"(to), "+c"(rest) : "a"(word) : "memory");
	return start;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n; n--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return *s == (char)c ? (char *)s : NULL;
}

char *strstr(const char *s, const char *what)
{
	size_t n = strlen(what);

	for (; *s; s++) {
		if (!strncmp(s, what, n))
			return (char *)s;
	}
	return n ? NULL : (char *)s;
}

static size_t span(const char *s, const char *set, int is_in)
{
	size_t n = 0;

	while (s[n] && !!strchr(set, s[n]) == is_in)
		n++;
	return n;
}

size_t strspn(const char *s, const char *set)
{
	return span(s, set, 1);
}

size_t strcspn(const char *s, const char *set)
{
	return span(s, set, 0);
}
