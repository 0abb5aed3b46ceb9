// SPDX-License-Identifier: GPL-2.0-only
/* VMCALL or, if KVM rewrites it, VMMCALL: kvm_pvm never resumes the vCPU, other KVMs do. */
#include "case.h"

CASE("vmcall", .time_limit_ms = 200);
VARIANT("default");

void guest_main(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;
	u64 nr = 0xffff;

	observe("before", "seen");
	asm volatile("1: vmcall\n2:\n" FIXUP : "+r"(vector), "+a"(nr) :: "memory");
	observe("after", "seen");
}
