// SPDX-License-Identifier: GPL-2.0-only
#include "case.h"

static const char *write_and_restore(u32 msr, u64 value)
{
	u64 before = rdmsr(msr), after;
	int fault = wrmsr_safe(msr, value);

	after = rdmsr(msr);
	if (after != before)
		wrmsr(msr, before);
	if (fault)
		return after == before ? fault_name(fault) : "fault-but-changed";
	return after == value ? "readback" : "dropped";
}

void msr_try(struct msr_writes *w, u64 value)
{
	const char *outcome = write_and_restore(w->msr, value);

	if (!w->outcome) {
		w->outcome = outcome;
	} else if (w->outcome != outcome && !w->mixed) {
		w->mixed = true;
		note("MSR 0x%x: %s, but %s for 0x%lx", w->msr, w->outcome, outcome, value);
	}
}

const char *msr_outcome(const struct msr_writes *w)
{
	return w->mixed ? "mixed" : w->outcome;
}
