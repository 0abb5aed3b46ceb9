/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starting vCPUs by INIT-SIPI.
 */
#ifndef GUEST_SIPI_H
#define GUEST_SIPI_H

#include "x86.h"

/*
 * start_by_sipi() - INIT, SIPI, SIPI to a vCPU, which enters the runtime through
 * real mode.
 * @index: in creation order
 * @id: its APIC ID; more than 8 bits only from x2APIC mode
 *
 * Returns whether it has come up, with CR0.CD as it has found it; then trampoline_cr0
 * is the CR0 that it found.
 */
bool start_by_sipi(u32 index, u32 id);
extern volatile u32 trampoline_cr0;

/*
 * sipi_receivers() - the same to whoever is @dest, or the shorthand in @icr means;
 * returns who has started, as receivers() does.  Those run nothing until they are
 * started by start_by_sipi().
 */
const char *sipi_receivers(u32 nr_cpus, u32 icr, u32 dest);

/*
 * send_init_sipi() - INIT, SIPI, SIPI: to @dest, or to whom the shorthand in @icr means;
 * those begin with what put_at_trampoline() has copied there.  APIC_DM_STARTUP in @icr
 * leaves the INIT away.
 */
void send_init_sipi(u32 icr, u32 dest);
void put_at_trampoline(const u8 *from, const u8 *end);

#endif
