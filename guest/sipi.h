/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starting vCPUs by INIT-SIPI.
 */
#ifndef GUEST_SIPI_H
#define GUEST_SIPI_H

#include "x86.h"

/*
 * start_by_sipi() - send INIT, SIPI, SIPI to a vCPU, which enters the runtime through
 * real mode.
 * @index: in creation order
 * @id: its APIC ID; more than 8 bits only from x2APIC mode
 *
 * Return whether the vCPU has come up.  It keeps CR0.CD, and stores the CR0 that it started
 * with in trampoline_cr0.
 */
bool start_by_sipi(u32 index, u32 id);
extern volatile u32 trampoline_cr0;

/*
 * sipi_receivers() - send INIT, SIPI, SIPI to @dest, or to the shorthand in @icr, and return
 * which vCPUs have started, as receivers() does.  These vCPUs only halt until start_by_sipi().
 */
const char *sipi_receivers(u32 nr_cpus, u32 icr, u32 dest);

/*
 * send_init_sipi() - send INIT, SIPI, SIPI to @dest, or to the shorthand in @icr; with
 * APIC_DM_STARTUP in @icr, without the INIT.
 * put_at_trampoline() - copy the code that a SIPI starts.
 */
void send_init_sipi(u32 icr, u32 dest);
void put_at_trampoline(const u8 *from, const u8 *end);

#endif
