/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef METAL_STDLIB_H
#define METAL_STDLIB_H

#include <stddef.h>

void *realloc(void *old, size_t size);
void free(void *p);

/* Restart the machine. */
_Noreturn void _Exit(int status);

#endif
