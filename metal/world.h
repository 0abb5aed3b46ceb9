/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world of a payload on a machine that runs a firmware: memory at the
 * addresses it is linked for, the other CPUs, and the way in and out.
 */
#ifndef METAL_WORLD_H
#define METAL_WORLD_H

#include "acpi.h"
#include "run/case.h"
#include "low.h"

struct world {
	struct acpi acpi;
	u8 *low_page;			/* low.h; NULL where no memory could be had */
	struct low *low;
	bool has_trampoline;		/* TRAMPOLINE is ours too */
	char *lacks;			/* why no payload can run at all, or NULL */
	u16 tr;				/* the firmware's task register */
	u64 tsc_per_ms;
	bool has_watchdog;
	bool has_aps;			/* the other CPUs have been taken from the firmware */
};

/* world_claim() - find out about the machine, and take the memory. */
void world_claim(struct world *w);

/* world_load() - lay @c out as a VM would have it, and its way in. */
void world_load(struct world *w, const struct case_file *c);

/* Stop the other CPUs, or start those that struct low names, at the payload. */
void smp_stop(struct world *w);
void smp_start(struct world *w);

/* smp_leave() - the other CPUs get back their APIC IDs, and wait for a SIPI. */
void smp_leave(struct world *w);

/*
 * watchdog_start() - from @ms on, an NMI every now and then on this CPU, which
 * ends the payload.  Between machine_save() and machine_restore() only.
 */
void watchdog_start(struct world *w, u32 ms);
void watchdog_stop(struct world *w);
bool watchdog_exists(const struct world *w);
u64 watchdog_tsc_per_ms(const struct world *w);

#endif
