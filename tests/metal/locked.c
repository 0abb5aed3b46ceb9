// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaces metal/safe.c: the first write to an MTRR raises #GP, which tells the
 * application that firmware has locked the MTRRs.
 */
#include "metal.h"

int safe_wrmsr(u32 msr, u64 value)
{
	static bool has_refused;

	if (is_mtrr(msr) && !has_refused) {
		has_refused = true;
		return X86_TRAP_GP;
	}
	wrmsr(msr, value);
	return 0;
}
