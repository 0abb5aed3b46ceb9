/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * COM1, for the record, and the screen, for a person.
 */
#ifndef METAL_CONSOLE_H
#define METAL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* console_init() - find screens and COM1; returns whether COM1 is there. */
bool console_init(void);

/* com1_write() - where there is one. */
void com1_write(const char *s, size_t n);

/* Screen only. */
void screen_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void screen_clear(void);

/* console_key() - wait for a key, at most @seconds (0: for ever); 0 if none came. */
char console_key(unsigned int seconds);

#endif
