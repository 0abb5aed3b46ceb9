// SPDX-License-Identifier: GPL-2.0-only
/*
 * MTRRs are each vCPU's own - errata.rst, "MTRRs"
 *
 * A CPU has MTRRs of its own, which software keeps the same on all of them.
 * RESET turns them off; INIT leaves them as they are (SDM 3A, table 10-1).
 *
 * So do KVM's vCPUs.  All registers are given values that are all different, on
 * one vCPU and on another, and read once all are written: whatever is stored in
 * another's place, or for another vCPU, is seen.
 */
#include "case.h"
#include "msr.h"
#include "sipi.h"

CASE("mtrr-vcpu", .vcpus = 2);
VARIANT("default");

#define REGISTERS	(1 + 2 * MTRR_VARIABLE + MTRR_FIXED)

/* Register @i, and a value that no other has, on no other vCPU; MTRRs are off meanwhile. */
static u32 distinct(u32 i, u64 *value)
{
	u32 n = i - 1, salt = i + 3 * this_cpu()->index;

	if (i == 0) {
		*value = MTRR_DEFTYPE_FE | mtrr_types[salt % MTRR_TYPES];
		return MSR_MTRRdefType;
	}
	if (n < 2 * MTRR_VARIABLE) {
		*value = ((u64)salt << 24 & addresses()) | (n % 2 ? MTRR_PHYSMASK_V : salt % 2);
		return MSR_MTRRphysBase(0) + n;
	}
	*value = mtrr_types_from(salt);
	return mtrr_fixed[n - 2 * MTRR_VARIABLE];
}

static void set_distinct(void *unused)
{
	u64 value;

	(void)unused;
	for (u32 i = 0; i < REGISTERS; i++) {
		u32 msr = distinct(i, &value);

		wrmsr(msr, value);
	}
}

static void observe_distinct(void *key)
{
	u64 value;
	bool same = true;

	for (u32 i = 0; i < REGISTERS; i++)
		same &= rdmsr(distinct(i, &value)) == value;
	observe(key, kept(same));
}

static void observe_reset(void *key)
{
	u64 value, all = 0;

	for (u32 i = 0; i < REGISTERS; i++)
		all |= rdmsr(distinct(i, &value));
	observe(key, all ? "other" : "zero");
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_reset("reset.here");
	call_on(1, observe_reset, "reset.there");
	set_distinct(NULL);
	call_on(1, set_distinct, NULL);
	observe_distinct("distinct.here");
	call_on(1, observe_distinct, "distinct.there");
	if (start_by_sipi(1, 1))
		call_on(1, observe_distinct, "after-init.there");
	observe_distinct("after-init.here");
}
