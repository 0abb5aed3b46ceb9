// SPDX-License-Identifier: GPL-2.0-only
/*
 * PAE paging - mmu.rst, "Reaction to events"
 *
 * With PAE paging, 32-bit mode has four page-directory-pointer-table entries, PDPTEs.  MOV to CR3
 * reads them from memory, and so does MOV to CR0 if it enables paging; the CPU then keeps them in
 * registers (SDM 3A, 4.4.1).  A PDPTE that has changed in memory is used from then on, although
 * CR3 is the same.
 *
 * With shadow paging, KVM reads the PDPTEs.  The root of its shadow pages belongs to them, not
 * to CR3 alone: if a PDPTE has changed, KVM needs another root.
 *
 * Here, PDPTE 1 first refers to a directory in which the linear address is the first page under
 * test, and then to one in which it is the second.
 */
#include "case.h"
#include "legacy.h"
#include "memory_type.h"

CASE("pae", .vcpus = 2);
VARIANT("default");

#define LINEAR		"0x40001000"	/* below PDPTE 1: the second page of the first table */
#define TABLE_ENTRY	(PTE_P | PTE_W | PTE_U | PTE_A)
#define PAGE_ENTRY	(TABLE_ENTRY | PTE_D)
#define FIRST		1
#define SECOND		2

extern u64 page_directory[512];		/* the first GiB, identically */

u64 pdptes[4] __attribute__((aligned(32)));
u64 directory[2][512] __attribute__((aligned(4096)));
static u64 table[512] __attribute__((aligned(4096)));
volatile u32 loaded[2];

/*
 * 32-bit code: load, change PDPTE 1, have the CPU read the PDPTEs, and load again.  The accessed
 * bit is reserved in a PDPTE, but QEMU sets it.
 */
#define LOAD_TWICE(name, have_cpu_read)				\
	extern const u8 name[];					\
	asm(".text\n.code32\n" #name ":\n"			\
	    "mov $pdptes, %eax\n"				\
	    "mov %eax, %cr3\n"					\
	    "mov " LINEAR ", %ecx\n"				\
	    "mov %ecx, loaded\n"				\
	    "movl $directory + 0x1001, pdptes + 8\n"		\
	    "andl $~0x20, pdptes\n"				\
	    have_cpu_read					\
	    "mov " LINEAR ", %ecx\n"				\
	    "mov %ecx, loaded + 4\n"				\
	    "ret\n.code64\n")
LOAD_TWICE(by_cr3, "mov %eax, %cr3\n");
LOAD_TWICE(by_cr0, "mov %cr0, %eax\n"
		   "btr $31, %eax\n"
		   "mov %eax, %cr0\n"
		   "bts $31, %eax\n"
		   "mov %eax, %cr0\n");

static const char *loaded_after(const u8 *code)
{
	u32 vector;

	pdptes[0] = (u64)page_directory | PTE_P;
	pdptes[1] = (u64)directory[0] | PTE_P;
	vector = legacy_call(code);
	if (vector)
		return fault_name(vector);
	if (loaded[0] != FIRST)
		return "wrong";
	return loaded[1] == SECOND ? "new" : loaded[1] == FIRST ? "old" : "wrong";
}

static void observe_registers(void)
{
	*(volatile u32 *)PAGE_BASE = FIRST;
	*(volatile u32 *)(PAGE_BASE + 4096) = SECOND;
	table[1] = PAGE_BASE | PAGE_ENTRY;
	directory[0][0] = (u64)table | TABLE_ENTRY;
	directory[1][0] = PAGE_BASE | PAGE_ENTRY | PTE_PS;
	observe("cr3", loaded_after(by_cr3));
	observe("cr0", loaded_after(by_cr0));
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_registers);
}
