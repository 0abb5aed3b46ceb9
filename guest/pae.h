/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PAE paging: 32-bit mode, whose CR3 refers to four PDPTEs that the CPU keeps in registers.
 * Assembly includes the first part.
 */
#ifndef GUEST_PAE_H
#define GUEST_PAE_H

#define PAE_CR0			0	/* clear and set CR0.PG */
#define PAE_CR3			1	/* write the same value */

#define PAE_LINEAR		0x40001000	/* below PDPTE 1: the second page of the first table */

#ifndef __ASSEMBLER__

#include "x86.h"

/*
 * pae_loads() - enter PAE paging, load from PAE_LINEAR, set PDPTE 1 to @pdpte, write to the
 * control register PAE_..., load again, and return to 64-bit mode.
 * Both values are 0 if a control register refuses PAE paging by #GP.
 * @pdptes: aligned to 32 bytes; PDPTE 0 must map the payload identically
 */
struct pae_loads {
	u32 before, after;
};
struct pae_loads pae_loads(u64 pdptes[4], u64 pdpte, u32 control_register);

#endif
#endif
