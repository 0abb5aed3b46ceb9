/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interfaces between the files of the UEFI application, the lowest layer first.
 */
#ifndef METAL_H
#define METAL_H

#include <efi.h>

#include "apic.h"
#include "low.h"
#include "record/facts.h"
#include "record/report.h"
#include "run/case.h"
#include "x86.h"

extern EFI_HANDLE image_handle;
extern EFI_SYSTEM_TABLE *ST;
extern EFI_BOOT_SERVICES *BS;

static inline void outb(u16 port, u8 value)
{
	asm volatile("outb %0, %1" :: "a"(value), "Nd"(port));
}

static inline u8 inb(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/*
 * safe_wrmsr() - WRMSR with the firmware's IDT loaded and interrupts off.  Return 0, or the
 * vector of the exception.
 */
int safe_wrmsr(u32 msr, u64 value);

/* console.c: COM1, which gets the record, and the screen */

/* console_init() - find screens and COM1; return whether COM1 exists. */
bool console_init(void);

/* com1_write() - write to COM1, if there is one. */
void com1_write(const char *s, size_t n);

/* Print on the screen only. */
void screen_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void screen_clear(void);

/* console_key() - wait at most @seconds (0: forever) for a key and return it; 0: none came. */
char console_key(unsigned int seconds);

/*
 * volume_write() - replace file @name, whole or not at all, on the volume that the
 * application was loaded from.  Return NULL, or an error.
 */
const char *volume_write(const char *name, const char *data, size_t size);

/* The firmware's ACPI tables. */

#define MAX_IOAPICS	8

struct acpi {
	u32 *cpus;			/* APIC IDs of the enabled CPUs */
	u32 nr_cpus;
	u64 ioapics[MAX_IOAPICS];	/* their addresses */
	u32 ioapic_gsi[MAX_IOAPICS];	/* the first GSI of each */
	u32 nr_ioapics;
	u64 hpet;			/* its address, or 0 */
};

void acpi_read(struct acpi *a);

/* lapic.c: the local APIC */

#define APIC_ISR		0x100
#define APIC_LVTPC		0x340
#define APIC_LVT1		0x360
#define APIC_LVTERR		0x370
#define APIC_LVT_MASKED		BIT(16)

#define MSR_IA32_XAPIC_DISABLE_STATUS	0x000000bd
#define MSR_IA32_ARCH_CAPABILITIES	0x0000010a

#define NR_LAPIC_REGISTERS	12

u32 lapic_id(void);

/* Whether the CPU is in x2APIC mode and cannot leave it. */
bool lapic_is_locked(void);

/* Whether software can write its APIC ID here; interrupts must be off. */
bool lapic_id_is_writable(void);

/* lapic_set_mode() - set IA32_APICBASE to @apicbase; the APIC's registers may be lost. */
void lapic_set_mode(u64 apicbase);

void lapic_save(u32 values[NR_LAPIC_REGISTERS]);
void lapic_restore(const u32 values[NR_LAPIC_REGISTERS]);

/* lapic_mask() - mask the local interrupt sources of this CPU. */
void lapic_mask(void);

/* lapic_drain() - discard all interrupts that are pending or in service. */
void lapic_drain(void);

/* machine.c: the state that a payload may change and that the firmware needs */

#define PAT_RESET	0x0007040600070406

/* machine_save() - save the state and mask all interrupts; call with interrupts off. */
void machine_save(const struct acpi *a);

/*
 * machine_restore() - restore the state.  Return NULL, or text that names a register
 * that could not be restored; the text is valid until the next call.
 */
const char *machine_restore(const struct acpi *a);

/*
 * machine_for_others() - put @pat and the saved MTRRs into @low->msrs, which the other
 * CPUs load when they start.
 */
void machine_for_others(struct low *low, u64 pat);

/* Return the saved IA32_PAT. */
u64 machine_pat(void);

/* Whether @msr is an MTRR. */
bool is_mtrr(u32 msr);

/* mtrr_state() - whether a range can be written: "open" or "locked"; "none": no MTRRs. */
const char *mtrr_state(void);

/*
 * What a payload needs on a machine with a firmware: memory at the addresses it is
 * linked for, the other CPUs, and the code that enters and leaves it.
 */
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

/*
 * smp_stop() - stop the other CPUs.
 * smp_start() - start the payload on those that struct low lists.
 */
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

/* facts_read() - read the facts of this machine: vendor=metal, cpu_vendor=amd, ... */
void facts_read(struct facts *facts, const struct world *w);

/* The payloads, which metal/embed.c reads at build time as the harness does. */
extern const struct case_file embedded[];	/* an entry without a name ends it */

/*
 * run_variant() - run @v of @c, if this machine meets what @v asks for, and fill @r.
 * The firmware's state is restored on return.  Return NULL, or text that names a
 * register that could not be restored.
 */
const char *run_variant(struct world *w, const struct facts *facts, const struct case_file *c,
			const struct vm_note *v, struct report *r);

#endif
