// SPDX-License-Identifier: GPL-2.0-only
/*
 * PAE paging - mmu.rst, "Reaction to events"
 *
 * With PAE paging, 32-bit mode has four page-directory-pointer-table entries, PDPTEs.  MOV to CR3
 * reads them from memory, and so does MOV to CR0 if it enables paging; the CPU then keeps them in
 * registers (SDM 3A, 5.4.1).  A PDPTE that has changed in memory is used from then on, although
 * CR3 is the same.
 *
 * With shadow paging, KVM reads the PDPTEs.  The root of its shadow pages belongs to them, not
 * to CR3 alone: if a PDPTE has changed, KVM needs another root.
 *
 * Here, PDPTE 1 first refers to a directory in which PAE_LINEAR is the first page under test, and
 * then to one in which it is the second.
 */
#include "case.h"
#include "memory_type.h"
#include "pae.h"

CASE("pae", .vcpus = 2);
VARIANT("default");

#define TABLE_ENTRY	(PTE_P | PTE_W | PTE_U | PTE_A)
#define PAGE_ENTRY	(TABLE_ENTRY | PTE_D)
#define FIRST		1
#define SECOND		2

extern u64 page_directory[512];		/* the first GiB, identically */

static u64 pdptes[4] __attribute__((aligned(32)));
static u64 directory[2][512] __attribute__((aligned(4096)));
static u64 table[512] __attribute__((aligned(4096)));

static const char *loaded_after(u32 control_register)
{
	struct pae_loads l;

	pdptes[0] = (u64)page_directory | PTE_P;
	pdptes[1] = (u64)directory[0] | PTE_P;
	l = pae_loads(pdptes, (u64)directory[1] | PTE_P, control_register);
	if (!l.before)
		return "#GP";
	if (l.before != FIRST)
		return "wrong";
	return l.after == SECOND ? "new" : l.after == FIRST ? "old" : "wrong";
}

static void observe_registers(void)
{
	*(volatile u32 *)PAGE_BASE = FIRST;
	*(volatile u32 *)(PAGE_BASE + 4096) = SECOND;
	table[1] = PAGE_BASE | PAGE_ENTRY;
	directory[0][0] = (u64)table | TABLE_ENTRY;
	directory[1][0] = PAGE_BASE | PAGE_ENTRY | PTE_PS;
	observe("cr3", loaded_after(PAE_CR3));
	observe("cr0", loaded_after(PAE_CR0));
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_registers);
}
