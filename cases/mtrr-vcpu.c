// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each vCPU has its own MTRRs - errata.rst, "MTRRs"
 *
 * Each CPU has MTRRs of its own, and software keeps them the same on all CPUs.  RESET disables
 * them; INIT leaves them unchanged (SDM 3A, table 10-1).
 *
 * KVM's vCPUs do the same.  The case gives each register of two vCPUs a different value, and
 * reads the registers only after it has written all of them: so it sees a value that KVM has
 * stored in another register, or for another vCPU.
 */
#include "case.h"
#include "msr.h"
#include "sipi.h"

CASE("mtrr-vcpu", .vcpus = 2);
VARIANT("default");

#define REGISTERS	(1 + 2 * MTRR_VARIABLE + MTRR_FIXED)

/*
 * Return register @i, and a value for it that no other register has, on this vCPU or another.
 * The values leave MTRRs disabled.
 */
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
