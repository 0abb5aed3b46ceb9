/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The low pages are below 1 MiB, where a SIPI can start a CPU, and identity-mapped by
 * the firmware's page tables and by the payload's.  The code in the first page, a copy
 * of low.S, is the only way from the firmware to the payload and back.
 *
 *	page 0		code, and struct low
 *	page 1		page table of the first 2 MiB, for the payload
 *	page 2		PML5, for a firmware that runs with 5-level paging
 */
#ifndef METAL_LOW_H
#define METAL_LOW_H

#define LOW_PAGES		3
#define LOW_DATA		0x800		/* struct low, in page 0 */
#define MAX_LOW_MSRS		84
#define MAX_METAL_CPUS		64		/* that a payload can use */

#define LOW_ENTRY		0x00		/* offsets in struct low, for low.S */
#define LOW_CR0			0x08
#define LOW_CR3			0x10
#define LOW_CR4			0x18
#define LOW_DEADLINE		0x20
#define LOW_BSP_ID		0x28
#define LOW_KEEP_X2APIC		0x2c
#define LOW_RANG		0x30
#define LOW_WHY			0x34
#define LOW_FRAME		0x38
#define LOW_NR_IDS		0x40
#define LOW_IDS			0x44
#define LOW_TR			0x148
#define LOW_SAVED		0x150
#define LOW_NR_MSRS		0x1d0
#define LOW_MSRS		0x1d4
#define LOW_MSR_SIZE		12

#ifndef __ASSEMBLER__

#include "x86.h"

struct low {
	u64 entry;			/* of the payload */
	u64 cr0, cr3, cr4;		/* at its entry */
	u64 deadline;			/* TSC; an NMI after it ends the payload */
	u32 bsp_id;			/* APIC ID of the CPU that runs the application */
	u32 keep_x2apic;		/* CPUs stay in x2APIC mode: they are locked in it */
	volatile u32 rang;		/* another CPU has ended the payload */
	volatile u32 why;		/* enum ring: why the payload ended */
	volatile u64 frame;		/* struct exception of a crash */
	u32 nr_ids;
	u32 ids[MAX_METAL_CPUS + 1];	/* APIC IDs by index; other CPUs halt */
	u64 tr;				/* the firmware's task register */
	u64 saved[16];			/* the firmware's registers, see low.S */
	u32 nr_msrs;
	struct low_msr {
		u32 msr, low, high;
	} msrs[MAX_LOW_MSRS];		/* the other CPUs load them, in this order */
};

_Static_assert(offsetof(struct low, deadline) == LOW_DEADLINE, "low.S");
_Static_assert(offsetof(struct low, why) == LOW_WHY, "low.S");
_Static_assert(offsetof(struct low, ids) == LOW_IDS, "low.S");
_Static_assert(offsetof(struct low, tr) == LOW_TR, "low.S");
_Static_assert(offsetof(struct low, saved) == LOW_SAVED, "low.S");

_Static_assert(offsetof(struct low, msrs) == LOW_MSRS, "low.S");
_Static_assert(sizeof(struct low_msr) == LOW_MSR_SIZE, "low.S");
_Static_assert(LOW_DATA + sizeof(struct low) <= 0x1000, "page 0");

extern const u8 low_start[], low_end[], low_enter[], low_doorbell[];

#endif
#endif
