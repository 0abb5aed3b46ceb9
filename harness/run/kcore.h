/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's physical memory, by /proc/kcore, which root can read.
 */
#ifndef RUN_KCORE_H
#define RUN_KCORE_H

#include <stdint.h>

/*
 * kcore_read() - read the 64-bit word at physical address @address into *@word.
 *
 * Return NULL, or the reason and the remedy, which the caller frees.
 */
char *kcore_read(uint64_t address, uint64_t *word);

#endif
