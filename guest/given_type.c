// SPDX-License-Identifier: GPL-2.0-only
/*
 * The effective memory type of a page, from what KVM gives the CPU: where no
 * cache can be measured, and beside what is measured.
 *
 * With CR0.CD set nothing is filled into a cache, whatever the page's type.
 * Otherwise the guest's PAT and the entry that maps guest-physical memory
 * decide together, or with shadow paging that entry alone, which is the one
 * that the CPU uses.
 */
#include "case.h"
#include "typing.h"

#define TRIES		8
#define PTE_PAT_LARGE	BIT(12)

/* Of the guest's own entry, all of which are for 2 MiB. */
static u32 pat_entry(volatile void *page)
{
	u64 pde = *page_directory_entry(page);

	return (pde & PTE_PWT ? 1 : 0) | (pde & PTE_PCD ? 2 : 0) | (pde & PTE_PAT_LARGE ? 4 : 0);
}

static u8 type_below(const u64 arg[6], volatile void *page)
{
	u64 guest_pat = arg[2], leaf = arg[3], host_pat = arg[4];
	u8 guest = pat_type(guest_pat, pat_entry(page));

	switch (arg[0]) {
	case PAGING_EPT:
		return typing_ept(leaf & 7, leaf & 8, guest);
	case PAGING_NPT:
		return typing_npt(guest, pat_type(host_pat, leaf));
	default:
		return typing_mtrr(X86_MEMTYPE_WB, pat_type(guest_pat, leaf));
	}
}

const char *given_type(volatile void *page)
{
	static const char *const pagings[] = {
		[PAGING_EPT] = "EPT", [PAGING_NPT] = "NPT", [PAGING_SHADOW] = "shadow",
	};
	u64 arg[6];
	s64 r;

	/* The host may take a page away, and other VMs fail to enter, at any time. */
	for (int i = 0; i < TRIES; i++) {
		*(volatile u8 *)page = *(volatile u8 *)page;
		arg[0] = (u64)page;
		r = host_call(SERVICE_INSPECT, arg);
		if (r != -EAGAIN)
			break;
	}
	if (r == -ENOSYS)
		return UNSEEN_GUEST "no host";
	if (r == -EAGAIN)
		return UNSEEN_NOISE "the host takes the page away, or other VMs fail to enter, each time";
	if (r)
		return mailbox.unseen;
	note("given: CR0 0x%lx, PAT 0x%lx, %s with type bits 0x%lx", arg[1], arg[2],
	     pagings[arg[0]], arg[3]);
	return arg[1] & X86_CR0_CD ? "uc" : typing_name(type_below(arg, page));
}
