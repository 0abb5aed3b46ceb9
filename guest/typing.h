/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the manuals combine memory types.  Types are X86_MEMTYPE_*.
 */
#ifndef GUEST_TYPING_H
#define GUEST_TYPING_H

#include "x86.h"

/* pat_type() - entry @n of a PAT. */
static inline u8 pat_type(u64 pat, u32 n)
{
	return pat >> 8 * n & 7;
}

/*
 * typing_mtrr() - the type of memory whose MTRR says @mtrr and whose PAT entry says
 * @pat: SDM 3A, table "Effective Page-Level Memory Types".
 */
u8 typing_mtrr(u8 mtrr, u8 pat);

/*
 * typing_ept() - the same below EPT: SDM 3C, "EPT and Memory Typing".
 * @ept: the type in the EPT's entry
 * @ipat: its "ignore PAT"
 */
u8 typing_ept(u8 ept, bool ipat, u8 pat);

/*
 * typing_npt() - the same below nested paging, of memory whose MTRR says WB: APM 2,
 * 15.25.8 "Combining Memory Types, MTRRs".
 * @guest: the guest's PAT entry
 * @host: the PAT entry that the nested page table's entry chooses from the host's
 */
u8 typing_npt(u8 guest, u8 host);

/* typing_name() - "uc", "wc", "wt", "wp", "wb", "uc-minus", or "reserved". */
const char *typing_name(u8 type);

#endif
