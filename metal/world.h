/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a payload needs on a machine with a firmware: memory at the addresses it is
 * linked for, the other CPUs, and the code that enters and leaves it.
 */
#ifndef METAL_WORLD_H
#define METAL_WORLD_H

#include "acpi.h"
#include "run/case.h"
#include "low.h"

struct world {
	struct acpi acpi;
	u8 *low_page;			/* low.h; NULL: could not be allocated */
	struct low *low;
	bool has_trampoline;		/* the page at TRAMPOLINE is allocated, too */
	char *lacks;			/* why no payload can run at all, or NULL */
	u16 tr;				/* the firmware's task register */
	u64 tsc_per_ms;
	bool has_watchdog;
	bool has_aps;			/* the firmware's other CPUs were stopped */
};

/* world_claim() - examine the machine, and allocate the memory. */
void world_claim(struct world *w);

/* world_load() - load @c as into a VM, and the code that enters it. */
void world_load(struct world *w, const struct case_file *c);

/* Stop the other CPUs; start the payload on those that struct low lists. */
void smp_stop(struct world *w);
void smp_start(struct world *w);

/* smp_leave() - restore the other CPUs' APIC IDs, and leave them waiting for a SIPI. */
void smp_leave(struct world *w);

/*
 * watchdog_start() - send this CPU an NMI a little after @ms, which ends the payload.
 * Call it between machine_save() and machine_restore() only.
 */
void watchdog_start(struct world *w, u32 ms);
void watchdog_stop(struct world *w);
bool watchdog_exists(const struct world *w);
u64 watchdog_tsc_per_ms(const struct world *w);

#endif
