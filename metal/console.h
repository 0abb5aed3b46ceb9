/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * COM1 for the record, and the screen for a person.
 */
#ifndef METAL_CONSOLE_H
#define METAL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* console_init() - find screens and COM1; return whether COM1 exists. */
bool console_init(void);

/* com1_write() - write to COM1, if there is one. */
void com1_write(const char *s, size_t n);

/* Print on the screen only. */
void screen_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void screen_clear(void);

/* console_key() - wait at most @seconds (0: forever) for a key and return it; 0: none came. */
char console_key(unsigned int seconds);

#endif
