// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sending events: by the ICR, by the host as MSIs and otherwise, and by KVM's PV IPI.
 */
#include "event.h"

#include "case.h"

#define MSI_ADDRESS_LOGICAL	BIT(2)
#define MSI_ADDRESS_REDIRECT	BIT(3)	/* lowest priority among the destinations */
#define MSI_GSI			24	/* the first after the pins of the I/O APIC */
#define PATIENCE		10000	/* reads of a register */

s64 route_msi(u32 gsi, bool pin, const struct kvm_msi *msi)
{
	struct {
		struct kvm_irq_routing head;
		struct kvm_irq_routing_entry msi, pin;
	} routing = {
		.head.nr = 1 + pin,
		.msi = {
			.gsi = gsi, .type = KVM_IRQ_ROUTING_MSI,
			.u.msi = { msi->address_lo, msi->address_hi, msi->data, {} },
		},
		.pin = {
			.gsi = IOAPIC_PIN, .type = KVM_IRQ_ROUTING_IRQCHIP,
			.u.irqchip = { .irqchip = KVM_IRQCHIP_IOAPIC, .pin = IOAPIC_PIN },
		},
	};

	return vm_ioctl(KVM_SET_GSI_ROUTING, &routing);
}

s64 raise_irqfd(u32 gsi)
{
	return HOST_CALL(TARGET_VM, 0, { .request = HOST_IRQFD, .value = gsi });
}

s64 send_msi(enum event_source source, const struct kvm_msi *msi)
{
	s64 ret;

	if (source == EVENT_MSI)
		return vm_ioctl(KVM_SIGNAL_MSI, msi);
	ret = route_msi(MSI_GSI, true, msi);
	return ret ? ret : raise_irqfd(MSI_GSI);
}

/* SDM 3A, 11.11 "Message Signalled Interrupts"; KVM defines the high half. */
static struct kvm_msi msi_of(u32 icr, u32 dest)
{
	u32 mode = icr & 0x700;

	return (struct kvm_msi) {
		.address_lo = APIC_DEFAULT_PHYS_BASE | (dest & 0xff) << 12 |
			      (icr & APIC_DEST_LOGICAL ? MSI_ADDRESS_LOGICAL : 0) |
			      (mode == APIC_DM_LOWEST ? MSI_ADDRESS_REDIRECT : 0),
		.address_hi = dest & ~0xffu,
		.data = APIC_INT_ASSERT | mode | (icr & 0xff),
	};
}

#define IOAPIC_REDTBL(pin)	(0x10 + 2 * (pin))
#define IOAPIC_DEFAULT_PHYS_BASE	0xfec00000

static void ioapic_write(u32 reg, u32 value)
{
	volatile u32 *ioregsel = (volatile u32 *)IOAPIC_DEFAULT_PHYS_BASE;
	volatile u32 *iowin = (volatile u32 *)(IOAPIC_DEFAULT_PHYS_BASE + 0x10);

	*ioregsel = reg;
	*iowin = value;
}

void program_pin(u32 pin, u32 entry, u32 dest)
{
	ioapic_write(IOAPIC_REDTBL(pin) + 1, dest << 24);
	ioapic_write(IOAPIC_REDTBL(pin), entry);
}

s64 set_pin(u32 level)
{
	struct kvm_irq_level line = { .irq = IOAPIC_PIN, .level = level };

	return vm_ioctl(KVM_IRQ_LINE, &line);
}

/* Raise an edge. */
static s64 send_by_pin(u32 icr, u32 dest)
{
	s64 r;

	if (!mailbox.host)
		return -ENOSYS;
	program_pin(IOAPIC_PIN, icr & (0x7ff | APIC_DEST_LOGICAL), dest);
	r = set_pin(1);
	return r ? r : set_pin(0);
}

/* The VMM writes the ICR of the calling vCPU, which is in x2APIC mode. */
static s64 send_by_ioctl(u32 icr, u32 dest)
{
	return set_msr(this_cpu()->index, X2APIC_MSR(APIC_ICR), (u64)dest << 32 | APIC_INT_ASSERT | icr);
}

/*
 * hypercalls.rst, KVM_HC_SEND_IPI: RBX and RCX are a bitmap of 128 APIC IDs, RDX is the APIC
 * ID of its bit 0.  For an ID of 64 or more, use a bit of the upper half.
 */
static s64 send_pv_ipi(u32 icr, u32 dest)
{
	bool all = dest == PV_IPI_ALL, upper = dest >= 64;
	s64 ret = KVM_HC_SEND_IPI;

	asm volatile("vmcall" : "+a"(ret)
		     : "b"(all ? ~0ul : (u64)!upper), "c"(all ? ~0ul : (u64)upper),
		       "d"((u64)(all ? 0 : upper ? dest - 64 : dest)), "S"((u64)icr) : "memory");
	return ret;
}

/*
 * The same in 32-bit mode, where EBX and ECX are a bitmap of 64 APIC IDs.  The 32-bit code cannot
 * see the upper halves of its registers, but the CPU keeps them, so fill them: KVM must not use
 * them.  Go to the 32-bit code segment by a far return, and back by a far jump.
 */
static s64 send_pv_ipi_32(u32 icr, u32 dest)
{
	bool all = dest == PV_IPI_ALL, upper = dest >= 32;
	u64 fill = ~0ul << 32, ret = fill | KVM_HC_SEND_IPI;

	asm volatile("push	%[cs32]\n"
		     "push	$1f\n"
		     "lretq\n"
		     ".code32\n"
		     "1: vmcall\n"
		     "ljmp	%[cs], $2f\n"
		     ".code64\n"
		     "2:"
		     : "+a"(ret)
		     : "b"(fill | (all ? ~0u : !upper)), "c"(fill | (all ? ~0u : upper)),
		       "d"(fill | (all ? 0 : upper ? dest - 32 : dest)), "S"(fill | icr),
		       [cs32] "i"(KERNEL_CS32), [cs] "i"(KERNEL_CS)
		     : "memory");
	return (int)ret;
}

static s64 send_one(enum event_source source, u32 icr, u32 dest)
{
	struct kvm_msi msi = msi_of(icr, dest);

	switch (source) {
	case EVENT_MSI:
	case EVENT_IRQFD:
		return send_msi(source, &msi);
	case EVENT_PIN:
		return send_by_pin(icr, dest);
	case EVENT_SET_MSRS:
		return send_by_ioctl(icr, dest);
	case EVENT_PV_IPI:
		return send_pv_ipi(icr, dest);
	case EVENT_PV_IPI_32:
		return send_pv_ipi_32(icr, dest);
	default:
		apic_send(icr | APIC_INT_ASSERT, dest);
		return 0;
	}
}

#define DELIVERY_MODE(icr)	((icr) & 0x700)
/* Which vCPU takes a lowest-priority interrupt may depend on the vector, modulo 2, 3 or 4. */
#define LOWEST_VECTORS		4
#define VECTOR_LOWEST		(VECTOR_TEST + 1)

/*
 * Try only one vector by an irqfd and by a pin: KVM chooses the vCPU by the same function for
 * all sources, and these are slow (a new MSI route waits for an SRCU grace period).
 */
static u32 lowest_vectors(enum event_source source)
{
	return source == EVENT_IRQFD || source == EVENT_PIN ? 1 : LOWEST_VECTORS;
}

s64 event_send(enum event_source source, u32 icr, u32 dest)
{
	s64 ret = 0;

	if (DELIVERY_MODE(icr) != APIC_DM_LOWEST)
		return send_one(source, icr | VECTOR_TEST, dest);
	for (u32 i = 0; i < lowest_vectors(source) && ret != -ENOSYS; i++)
		ret = send_one(source, icr | (VECTOR_LOWEST + i), dest);
	return ret;
}

static bool is_own(u32 dest)
{
	return apic_read(APIC_ID) >> 24 == dest;
}

/*
 * KVM may delay an NMI that the vCPU sends to itself, and a fence does not cover
 * this vCPU: wait for the NMI if @dest is this vCPU.
 */
static void wait_for_own_nmi(u32 dest)
{
	struct cpu *cpu = this_cpu();

	for (u32 i = 0; i < PATIENCE && is_own(dest); i++) {
		if (cpu->received[X86_TRAP_NMI] != cpu->seen[X86_TRAP_NMI])
			return;
	}
}

/*
 * Count for each vector how many vCPUs have taken it; "sender" if the sender has, although it
 * is no destination.
 */
static const char *takers_of_lowest(u32 nr_cpus, u32 vectors, u32 dest)
{
	struct outcome takers = {};

	for (u32 v = 0; v < vectors; v++) {
		u32 here = apic_received(0, VECTOR_LOWEST + v), n = here;

		for (u32 i = 1; i < nr_cpus; i++)
			n += apic_received(i, VECTOR_LOWEST + v);
		outcome_add(&takers, here && !is_own(dest) ? "sender" :
			    n == 0 ? "none" : n == 1 ? "one" : "more");
	}
	return outcome_name(&takers);
}

/* Called after a fence. */
static const char *takers(u32 nr_cpus, enum event_source source, u32 icr, u32 dest, s64 sent)
{
	bool nmi = DELIVERY_MODE(icr) == APIC_DM_NMI;

	if (sent == -ENOSYS)
		return UNSEEN_GUEST "no host";
	if (nmi && !(icr & APIC_DEST_LOGICAL))
		wait_for_own_nmi(dest);
	if (DELIVERY_MODE(icr) == APIC_DM_LOWEST)
		return takers_of_lowest(nr_cpus, lowest_vectors(source), dest);
	return receivers(nr_cpus, nmi ? X86_TRAP_NMI : VECTOR_TEST);
}

const char *event_takers(u32 nr_cpus, enum event_source source, u32 icr, u32 dest, s64 sent)
{
	apic_fence(nr_cpus);
	return takers(nr_cpus, source, icr, dest, sent);
}

void observe_receivers(const char *key, u32 nr_cpus, enum event_source source, u32 icr, u32 dest)
{
	s64 sent = event_send(source, icr, dest);

	observef("%s.receivers = %s", key, event_takers(nr_cpus, source, icr, dest, sent));
}

const struct event_mode event_modes[NR_EVENT_MODES] = {
	{ "fixed", APIC_DM_FIXED }, { "nmi", APIC_DM_NMI }, { "lowest", APIC_DM_LOWEST },
};

const char *const event_sources[NR_EVENT_SOURCES] = {
	[EVENT_IPI] = "ipi", [EVENT_MSI] = "msi", [EVENT_IRQFD] = "irqfd",
	[EVENT_PIN] = "ioapic", [EVENT_SET_MSRS] = "set-msrs", [EVENT_PV_IPI] = "pv-ipi",
	[EVENT_PV_IPI_32] = "pv-ipi-32",
};

static void observe_source(const char *key, u32 nr_cpus, enum event_source source, u32 dest)
{
	s64 sent[NR_EVENT_MODES];

	for (u32 m = 0; m < NR_EVENT_MODES; m++)
		sent[m] = event_send(source, event_modes[m].icr, dest);
	apic_fence(nr_cpus);
	for (u32 m = 0; m < NR_EVENT_MODES; m++)
		observef("%s.%s.%s.receivers = %s", key, event_sources[source], event_modes[m].name,
			 takers(nr_cpus, source, event_modes[m].icr, dest, sent[m]));
}

void observe_events(const char *key, u32 nr_cpus, u32 wanted, u32 dest)
{
	for (enum event_source s = 0; s < NR_EVENT_SOURCES; s++) {
		if (wanted & BIT(s))
			observe_source(key, nr_cpus, s, dest);
	}
}
