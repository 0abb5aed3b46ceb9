// SPDX-License-Identifier: GPL-2.0-only
/*
 * CR0.CD - errata.rst, "CR0.CD"
 *
 * CR0.CD=1 puts the caches into no-fill mode: what is cached still hits, a
 * miss goes to memory and fills nothing.  CR0.NW changes how caches and memory
 * are kept the same; NW=1 with CD=0 is no mode at all and raises #GP.
 *
 * On Intel, KVM keeps both bits in a shadow that only the guest sees.  On AMD
 * the CPU could act on them, but unless KVM_X86_QUIRK_CD_NW_CLEARED is disabled
 * KVM clears them on the way.  In both cases CD reads back and memory is as
 * fast as before.
 */
#include "case.h"

CASE("cr0-cd", .vcpus = 1);
VARIANT("default");
VARIANT("quirk-disabled", .disable_quirks = 1 << 1 /* KVM_X86_QUIRK_CD_NW_CLEARED */);

static const char *cd_nw(u64 cr0)
{
	static const char *const names[] = { "none", "NW", "CD", "CD+NW" };

	return names[(cr0 & (X86_CR0_CD | X86_CR0_NW)) / X86_CR0_NW];
}

void guest_main(void)
{
	const u64 cr0 = read_cr0() & ~(X86_CR0_CD | X86_CR0_NW);

	observe("cd0.effective", memory_type(page_under_test));
	observe("nw-without-cd", fault_name(write_cr0_safe(cr0 | X86_CR0_NW)));
	observe("nw-without-cd.then", cd_nw(read_cr0()));

	write_cr0(cr0 | X86_CR0_CD | X86_CR0_NW);
	observe("cd-nw.readback", cd_nw(read_cr0()));
	write_cr0(cr0 | X86_CR0_CD);
	observe("cd.readback", cd_nw(read_cr0()));
	observe("cd.effective", memory_type(page_under_test));

	write_cr0(cr0);
	observe("back.readback", cd_nw(read_cr0()));
	observe("back.effective", memory_type(page_under_test));
}
