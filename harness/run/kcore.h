/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's physical memory, as /proc/kcore shows it to root.
 */
#ifndef RUN_KCORE_H
#define RUN_KCORE_H

#include <stdint.h>

/*
 * kcore_read() - the 64-bit word at physical address @address.
 *
 * Returns NULL, or why it cannot be read and what would help; the caller frees it.
 */
char *kcore_read(uint64_t address, uint64_t *word);

#endif
