// SPDX-License-Identifier: GPL-2.0-only
#include "typing.h"

#define UC	X86_MEMTYPE_UC
#define WC	X86_MEMTYPE_WC
#define WT	X86_MEMTYPE_WT
#define WP	X86_MEMTYPE_WP
#define WB	X86_MEMTYPE_WB
#define UC_	X86_MEMTYPE_UC_MINUS

#define NR_TYPES	8

u8 typing_mtrr(u8 mtrr, u8 pat)
{
	static const u8 effective[NR_TYPES][NR_TYPES] = {
		/*	  PAT: */
		[UC] = { [UC] = UC, [UC_] = UC, [WC] = WC, [WT] = UC, [WB] = UC, [WP] = UC },
		[WC] = { [UC] = UC, [UC_] = WC, [WC] = WC, [WT] = UC, [WB] = WC, [WP] = UC },
		[WT] = { [UC] = UC, [UC_] = UC, [WC] = WC, [WT] = WT, [WB] = WT, [WP] = WP },
		[WB] = { [UC] = UC, [UC_] = UC, [WC] = WC, [WT] = WT, [WB] = WB, [WP] = WP },
		[WP] = { [UC] = UC, [UC_] = WC, [WC] = WC, [WT] = WT, [WB] = WP, [WP] = WP },
	};

	return effective[mtrr & 7][pat & 7];
}

u8 typing_ept(u8 ept, bool ipat, u8 pat)
{
	return ipat ? ept : typing_mtrr(ept, pat);
}

/*
 * WB on one side leaves the type of the other side.  The manual defines every other
 * pair, too, but KVM maps memory only as WB, and all other pairs are uncached in
 * some way: UC stands for them.
 */
u8 typing_npt(u8 guest, u8 host)
{
	u8 combined = host == WB ? guest : guest == WB || guest == host ? host : UC;

	return typing_mtrr(WB, combined);
}

const char *typing_name(u8 type)
{
	static const char *const names[] = {
		[UC] = "uc", [WC] = "wc", [WT] = "wt", [WP] = "wp", [WB] = "wb", [UC_] = "uc-minus",
	};

	return type < ARRAY_SIZE(names) && names[type] ? names[type] : "reserved";
}
