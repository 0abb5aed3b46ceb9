/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The local APIC in xAPIC mode (MMIO) and x2APIC mode (MSRs), SDM 3A ch. 11.
 */
#ifndef GUEST_APIC_H
#define GUEST_APIC_H

#include "x86.h"

#define APIC_DEFAULT_PHYS_BASE	0xfee00000

#define APIC_ID			0x020
#define APIC_LVR		0x030
#define APIC_INTEGRATED(lvr)	((lvr) & 0xf0)	/* the version of every local APIC but the 82489DX */
#define APIC_MAX_LVT(lvr)	((lvr) >> 16 & 0xff)	/* the number of the last LVT entry */
#define APIC_TASKPRI		0x080
#define APIC_PROCPRI		0x0a0
#define APIC_EOI		0x0b0
#define APIC_LDR		0x0d0
#define APIC_DFR		0x0e0
#define APIC_SPIV		0x0f0
#define APIC_ISR		0x100
#define APIC_IRR		0x200
#define APIC_ESR		0x280
#define APIC_LVTCMCI		0x2f0
#define APIC_ICR		0x300
#define APIC_ICR2		0x310
#define APIC_LVTT		0x320
#define APIC_LVTTHMR		0x330
#define APIC_LVTPC		0x340
#define APIC_LVT0		0x350
#define APIC_LVT1		0x360
#define APIC_LVTERR		0x370
#define APIC_TMICT		0x380
#define APIC_TMCCT		0x390
#define APIC_TDCR		0x3e0
#define APIC_SELF_IPI		0x3f0	/* x2APIC mode only */
#define X2APIC_MSR(reg)		(0x800 + ((reg) >> 4))

#define APIC_SPIV_APIC_ENABLED	BIT(8)
#define APIC_TDR_DIV_1		0xb
#define APIC_TDR_DIV_16		0x3

#define APIC_DM_FIXED		0x00000
#define APIC_DM_LOWEST		0x00100
#define APIC_DM_SMI		0x00200
#define APIC_DM_NMI		0x00400
#define APIC_DM_INIT		0x00500
#define APIC_DM_STARTUP		0x00600
#define APIC_DM_EXTINT		0x00700	/* in an LVT entry: the PIC has the vector */
#define APIC_LVT_MASKED		BIT(16)
#define APIC_DEST_LOGICAL	0x00800
#define APIC_ICR_BUSY		0x01000
#define APIC_INT_ASSERT		0x04000
#define APIC_DEST_SELF		0x40000
#define APIC_DEST_ALLINC	0x80000
#define APIC_DEST_ALLBUT	0xc0000

/* These act on the APIC of the calling vCPU, in xAPIC or x2APIC mode. */
u32 apic_read(u32 reg);
void apic_write(u32 reg, u32 value);
void apic_eoi(void);

/*
 * apic_mmio_load(), apic_mmio_store() - access this vCPU's APIC by MMIO, in any mode; needs
 * .vmm_exits.  Return what handled the access: "apic", "vmm", "memory", or "nobody" (a load
 * returned all ones, a store was lost).
 */
const char *apic_mmio_load(void);
const char *apic_mmio_store(void);

/*
 * given_apicv() - return whether the CPU virtualizes this vCPU's APIC now, by what KVM gives it:
 * "inactive", "active" (APICv or AVIC), or "x2apic" (active, and virtualizes the MSRs of x2APIC
 * mode, too).
 */
const char *given_apicv(void);

/* apic_take_id() - set this vCPU's xAPIC ID to @id, an integer cast to a pointer for call_on(). */
void apic_take_id(void *id);

/* Software-enable the APIC, with VECTOR_SPURIOUS. */
void apic_enable(void);

/* Switch to x2APIC mode: from now on the registers are MSRs. */
void apic_enable_x2apic(void);

/*
 * apic_send() - write the ICR.
 * @icr: delivery mode, shorthand and vector (the ICR's lower half)
 * @dest: 8 bits in xAPIC mode, 32 bits in x2APIC mode
 */
void apic_send(u32 icr, u32 dest);

/*
 * apic_fence() - wait until every other vCPU has taken the interrupts that were
 * sent to it before.
 *
 * Send the lowest vector in use, so that each vCPU handles pending interrupts
 * first.  All vCPUs must be ready and enable interrupts.  Then take what is
 * pending for this vCPU.
 */
void apic_fence(u32 cpus);

/* take_pending() - take pending interrupts; interrupts are off before and after. */
void take_pending(void);

/*
 * start_timer() - have the APIC timer send VECTOR_TIMER after @ns: in KVM, it counts at 1 GHz.
 * stop_timer() - stop it, and take what is pending.
 */
void start_timer(u32 ns);
void stop_timer(void);

/*
 * wait_for_change() - take interrupts until *@word differs from @from, or until a timeout.
 * @ns: the timeout, as of start_timer()
 *
 * Wait in HLT: a vCPU that changes *@word must send an interrupt.  Return whether *@word
 * has changed.
 */
bool wait_for_change(const volatile u32 *word, u32 from, u32 ns);

/* Send an interrupt to every other vCPU, whatever its ID, so that it leaves HLT. */
void apic_wake_all(void);

/* apic_received() - return how often vCPU @index has counted @vector since the last call. */
u32 apic_received(u32 index, u8 vector);

/*
 * receivers() - name the vCPUs among 0 to @cpus - 1 that have counted @vector since
 * the last call, by id: "1+2"; "1+1" if vCPU 1 counted it twice; "none"; "N-vCPUs"
 * for N > 4 counts.
 */
const char *receivers(u32 cpus, u8 vector);

#endif
