// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of metal/safe.c: a firmware that has locked the MTRRs, as far as the
 * application can tell when it tries.
 */
#include "machine.h"
#include "safe.h"

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
