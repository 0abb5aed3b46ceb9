/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where words go: stdout is the screen, COM1 and the file kvm-errata.tap, all
 * alike; the screen alone also has progress and the summary.
 */
#ifndef METAL_CONSOLE_H
#define METAL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* console_init() - find screens and COM1; returns whether COM1 is there. */
bool console_init(void);

/* All that went to stdout so far. */
const char *console_text(size_t *size);

/* Screen only. */
void screen_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void screen_clear(void);

/* console_key() - wait for a key, at most @seconds (0: for ever); 0 if none came. */
char console_key(unsigned int seconds);

#endif
