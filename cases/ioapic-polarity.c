// SPDX-License-Identifier: GPL-2.0-only
/*
 * The I/O APIC's polarity, which KVM ignores - api.rst 4.25
 *
 * A redirection entry says at which voltage the pin is active: high, or low (bit 13).  The level
 * of KVM_IRQ_LINE is no voltage: 1 means active, whatever the entry says.  If KVM took 0 for
 * active on an active-low pin, as it once did, a pin that no device drives would interrupt the
 * guest.
 *
 * The trigger mode does count.  An edge-triggered pin interrupts when it becomes active.  A
 * level-triggered pin interrupts again after the EOI for as long as it is active; the entry is
 * masked here during each EOI, so that the next interrupt comes when the entry is unmasked.
 */
#include "case.h"
#include "event.h"

CASE("ioapic-polarity", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

/* Return whether the interrupt is pending for this vCPU, which has interrupts off. */
static const char *pending(void)
{
	return apic_read(APIC_IRR + VECTOR_TEST / 32 * 0x10) & BIT(VECTOR_TEST % 32) ?
	       "pending" : "none";
}

static void mask_pin(u32 entry, bool mask)
{
	program_pin(IOAPIC_PIN, entry | (mask ? IOAPIC_MASKED : 0), this_cpu()->id);
}

/*
 * With the entry masked: take the pending interrupt, which ends with an EOI, and set the pin.  Set
 * it to the same level again once the entry is not masked: that is no edge.
 */
static void take_and_set(u32 entry, u32 level)
{
	mask_pin(entry, true);
	take_pending();
	set_pin(level);
	mask_pin(entry, false);
	set_pin(level);
}

static void observe_pin(const char *name, u32 trigger)
{
	u32 before = this_cpu()->received[VECTOR_TEST];
	u32 entry = APIC_DM_FIXED | VECTOR_TEST | trigger;

	SCOPE(name);
	mask_pin(entry, false);
	set_pin(0);
	observe("inactive", pending());
	set_pin(1);
	observe("active", pending());
	take_and_set(entry, 1);
	observe("still-active", pending());
	take_and_set(entry, 0);
	observe("inactive-again", pending());
	set_pin(1);
	observe("active-again", pending());
	take_and_set(entry, 0);
	observef("interrupts = %u", this_cpu()->received[VECTOR_TEST] - before);
	mask_pin(entry, true);
}

static void observe_pins(void)
{
	observe_pin("edge-high", 0);
	observe_pin("edge-low", IOAPIC_ACTIVE_LOW);
	observe_pin("level-high", IOAPIC_LEVEL);
	observe_pin("level-low", IOAPIC_LEVEL | IOAPIC_ACTIVE_LOW);
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe("offered", check_extension(KVM_CAP_IOAPIC_POLARITY_IGNORED) ? "yes" : "no");
	on_each_vcpu(observe_pins);
}
