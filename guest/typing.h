/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the manuals combine memory types.  Types are X86_MEMTYPE_*.
 */
#ifndef GUEST_TYPING_H
#define GUEST_TYPING_H

#include "x86.h"

/* pat_type() - return entry @n of a PAT. */
static inline u8 pat_type(u64 pat, u32 n)
{
	return pat >> 8 * n & 7;
}

/*
 * typing_mtrr() - combine MTRR type @mtrr and PAT type @pat: SDM 3A, table "Effective
 * Page-Level Memory Types".
 */
u8 typing_mtrr(u8 mtrr, u8 pat);

/*
 * typing_ept() - the same with EPT: SDM 3C, "EPT and Memory Typing".
 * @ept: the memory type in the EPT entry
 * @ipat: the entry's "ignore PAT" bit
 */
u8 typing_ept(u8 ept, bool ipat, u8 pat);

/*
 * typing_npt() - the same with nested paging, for memory whose MTRR type is WB: APM 2,
 * 15.25.8 "Combining Memory Types, MTRRs".
 * @guest: the type in the guest's PAT entry
 * @host: the type in the host's PAT entry that the nested page table entry selects
 */
u8 typing_npt(u8 guest, u8 host);

/* typing_name() - return "uc", "wc", "wt", "wp", "wb", "uc-minus", or "reserved". */
const char *typing_name(u8 type);

#endif
