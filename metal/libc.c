// SPDX-License-Identifier: GPL-2.0-only
/*
 * stdlib.h and string.h over UEFI's boot services.
 */
#include <stdlib.h>
#include <string.h>
#include <ctype.h>
#include <stdint.h>

#include "efi_app.h"

/* What malloc() needs to know for realloc(); keeps 16-byte alignment. */
struct header {
	size_t size, unused;
};

void *malloc(size_t size)
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

void *calloc(size_t n, size_t size)
{
	void *p = malloc(n * size);

	return p ? memset(p, 0, n * size) : NULL;
}

void *realloc(void *old, size_t size)
{
	struct header *h = (struct header *)old - 1;
	void *new;

	if (old && size <= h->size)
		return old;
	/* What grows once grows again: some room spares copies. */
	new = malloc(old ? size + size / 2 : size);
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

void *memmove(void *to, const void *from, size_t n)
{
	char *t = to;
	const char *f = from;

	if (t <= f)
		return memcpy(to, from, n);
	while (n--)
		t[n] = f[n];
	return to;
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

void *memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n; n--, p++) {
		if (*p == (unsigned char)c)
			return (void *)p;
	}
	return NULL;
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
	return memchr(s, c, strlen(s) + 1);
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

/* Decimal and hexadecimal, without sign or prefix: all that is asked for. */
unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long n = 0;

	for (;; s++) {
		unsigned int digit = isdigit(*s) ? *s - '0' : (*s | 0x20) - 'a' + 10;

		if (!isalnum(*s) || digit >= (unsigned int)base)
			break;
		n = n * base + digit;
	}
	if (end)
		*end = (char *)s;
	return n;
}
