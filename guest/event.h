/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts and NMIs from every source, and which vCPUs take them.
 */
#ifndef GUEST_EVENT_H
#define GUEST_EVENT_H

#include "apic.h"
#include "host.h"

/* The ways to send an event, and their names in keys: "ipi", "msi". */
enum event_source {
	EVENT_IPI,			/* the ICR of the calling vCPU */
	EVENT_MSI,			/* KVM_SIGNAL_MSI */
	EVENT_IRQFD,			/* an eventfd with an MSI route */
	EVENT_PIN,			/* KVM_IRQ_LINE, a pin of the I/O APIC */
	EVENT_SET_MSRS,			/* KVM_SET_MSRS of the calling vCPU's ICR */
	EVENT_PV_IPI,			/* KVM_HC_SEND_IPI, a hypercall */
	EVENT_PV_IPI_32,		/* the same in a 32-bit code segment */
	NR_EVENT_SOURCES
};
extern const char *const event_sources[NR_EVENT_SOURCES];
#define PV_IPI_ALL	0xffffffff	/* as a destination: the whole bitmap, from APIC ID 0 */

/*
 * event_send() - send VECTOR_TEST or an NMI.  With lowest priority, send the four vectors
 * above VECTOR_TEST instead; by an irqfd or a pin, only the first of them.
 * @icr: delivery mode, and APIC_DEST_LOGICAL or a shorthand, as in the ICR
 * @dest: the destination; more than 8 bits only by x2APIC ID
 *
 * Return what the (last) host call or hypercall returned; 0 for an IPI.
 */
s64 event_send(enum event_source source, u32 icr, u32 dest);

/*
 * event_takers() - return which of vCPUs 0 to @cpus - 1 have taken what event_send() sent,
 * as receivers() does.  All of them must take interrupts again.  For lowest priority, return
 * how many have taken each vector: "one" of the destinations (as it should be), "none",
 * "more", "sender" (which was no destination), or "mixed".
 */
const char *event_takers(u32 cpus, enum event_source source, u32 icr, u32 dest, s64 sent);

/*
 * route_msi() - KVM_SET_GSI_ROUTING: route GSI @gsi to @msi, and with @pin also GSI IOAPIC_PIN
 * to that pin of the I/O APIC.
 * raise_irqfd() - write to an eventfd on GSI @gsi; on return the interrupt has been injected.
 */
s64 route_msi(u32 gsi, bool pin, const struct kvm_msi *msi);
s64 raise_irqfd(u32 gsi);

/*
 * program_pin() - write @entry and @dest to the redirection entry of a pin of the I/O APIC,
 * with the bits of its datasheet (82093AA, 3.2.4).
 * set_pin() - KVM_IRQ_LINE of pin IOAPIC_PIN; return 0 or -errno.
 */
#define IOAPIC_ACTIVE_LOW	BIT(13)
#define IOAPIC_LEVEL		BIT(15)
#define IOAPIC_MASKED		BIT(16)
void program_pin(u32 pin, u32 entry, u32 dest);
s64 set_pin(u32 level);

/* send_msi() - send @msi by EVENT_MSI or EVENT_IRQFD. */
s64 send_msi(enum event_source source, const struct kvm_msi *msi);

/* observe_receivers() - event_send(), and observe event_takers(): "KEY.receivers = ID+ID". */
void observe_receivers(const char *key, u32 cpus, enum event_source source, u32 icr, u32 dest);

#define NR_EVENT_MODES	3
extern const struct event_mode {
	const char *name;
	u32 icr;
} event_modes[NR_EVENT_MODES];	/* fixed, NMI, lowest priority */

/*
 * observe_events() - the same for each of @sources, a set of BIT(event_source), with each
 * of event_modes: "KEY.ipi.fixed.receivers", "KEY.msi.nmi...".
 */
void observe_events(const char *key, u32 cpus, u32 sources, u32 dest);
#define EVENTS_IPI	BIT(EVENT_IPI)
#define EVENTS_GUEST_AND_VMM	(EVENTS_IPI | BIT(EVENT_MSI))
#define EVENTS_WIDE	(EVENTS_GUEST_AND_VMM | BIT(EVENT_IRQFD))
#define EVENTS_ALL	(EVENTS_WIDE | BIT(EVENT_PIN))
#define EVENTS_X2APIC	(EVENTS_IPI | BIT(EVENT_SET_MSRS))

#endif
