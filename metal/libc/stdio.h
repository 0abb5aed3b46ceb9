/* SPDX-License-Identifier: GPL-2.0-only */
/* What the writer of records needs.  The only stream is stdout, the screen (console.c). */
#ifndef METAL_STDIO_H
#define METAL_STDIO_H

#include <stdarg.h>
#include <stddef.h>

typedef struct stream FILE;
#define stdout	((FILE *)0)

int fputs(const char *s, FILE *f);
int fflush(FILE *f);
int snprintf(char *to, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Supports flag 0, widths, precisions, and the conversions d u x c s p %. */
int vsnprintf(char *to, size_t size, const char *format, va_list args);

#endif
