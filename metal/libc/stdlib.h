/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef METAL_STDLIB_H
#define METAL_STDLIB_H

#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void *realloc(void *old, size_t size);
void free(void *p);
unsigned long strtoul(const char *s, char **end, int base);

/* Shows @status and restarts the machine. */
_Noreturn void _Exit(int status);

#endif
