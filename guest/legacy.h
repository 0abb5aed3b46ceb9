/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Protected mode without long mode, as a 32-bit kernel uses it.
 */
#ifndef GUEST_LEGACY_H
#define GUEST_LEGACY_H

#include "x86.h"

/*
 * legacy_call() - run @code in protected mode with PAE paging, flat segments and the same memory.
 * @code: 32-bit instructions that end with RET, and change no segment but FS
 *
 * Return the vector of the exception that has ended it, or 0.  The general registers are lost.
 */
u32 legacy_call(const void *code);

#endif
