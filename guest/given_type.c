// SPDX-License-Identifier: GPL-2.0-only
/*
 * The effective memory type of a page, from what KVM gives the CPU: in addition
 * to the measured type, or where no cache can be measured.
 *
 * With CR0.CD set the CPU fills no cache line, whatever the page's type.
 * Otherwise the guest's PAT and the EPT or NPT entry that maps the page decide
 * together.  With shadow paging the shadow page table's entry decides alone.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"
#include "typing.h"

#define TRIES		8
#define PTE_PAT_LARGE	BIT(12)

/* Return the PAT index of the guest's own page table entry, which maps 2 MiB. */
static u32 pat_entry(volatile void *page)
{
	u64 pde = *page_directory_entry(page);

	return (pde & PTE_PWT ? 1 : 0) | (pde & PTE_PCD ? 2 : 0) | (pde & PTE_PAT_LARGE ? 4 : 0);
}

static u8 combined_type(const struct inspection *i)
{
	u8 guest = pat_type(i->pat, pat_entry((volatile void *)i->gpa));

	switch (i->paging) {
	case PAGING_EPT:
		return typing_ept(i->type & 7, i->type & 8, guest);
	case PAGING_NPT:
		return typing_npt(guest, pat_type(i->host_pat, i->type));
	default:
		return typing_mtrr(X86_MEMTYPE_WB, pat_type(i->pat, i->type));
	}
}

const char *given_type(volatile void *page)
{
	static const char *const pagings[] = {
		[PAGING_EPT] = "EPT", [PAGING_NPT] = "NPT", [PAGING_SHADOW] = "shadow",
	};
	struct inspection i = { .gpa = (u64)page };
	s64 r = -EAGAIN;

	if (!mailbox.host)
		return UNSEEN_GUEST "no host";
	if (!mailbox.inspects)
		return mailbox.unseen;
	/* The host may unmap the page at any time; the kernel's log may have two VMs' dumps. */
	for (int n = 0; n < TRIES && r == -EAGAIN; n++) {
		*(volatile u8 *)page = *(volatile u8 *)page;
		r = HOST_CALL(TARGET_VCPU, this_cpu()->index, { HOST_INSPECT_PAGE, sizeof(i), (u64)&i, 0 });
	}
	if (r == -EAGAIN)
		return UNSEEN_NOISE "the host takes the page away, or other VMs fail to enter, each time";
	if (r)
		return mailbox.unseen;
	note("given: CR0 0x%lx, PAT 0x%lx, %s with type bits 0x%lx", i.cr0, i.pat, pagings[i.paging],
	     i.type);
	return i.cr0 & X86_CR0_CD ? "uc" : typing_name(combined_type(&i));
}
