// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timer of the PC, in KVM - api.rst 4.71, KVM_CREATE_PIT2
 *
 * The i8254 has three counters, at ports 0x40 to 0x42.  Port 0x43 takes commands and can only be
 * written.  Counter 0 makes interrupts (ticks) at IRQ 0, which is pin 0 of both the PIC and the I/O
 * APIC in KVM; the PIC interrupts a CPU through LINT0 of its local APIC.
 *
 * KVM counts the ticks that a guest has no time for, and sends the next one when the guest has
 * handled the last.  If the guest masks the interrupt, it handles none; so KVM has to begin again
 * when the guest unmasks it.
 */
#include "case.h"
#include "event.h"

CASE("pit", .only_kvm = 1);
VARIANT("default");

#define PIT_COUNTER_0		0x40
#define PIT_COUNTER_2		0x42
#define PIT_COMMAND		0x43
#define PIT_PERIODIC(counter)	((counter) << 6 | 0x34)	/* mode 2; the count comes in two bytes */
#define TICK_COUNT		1193			/* at 1.193182 MHz: 1 ms */
#define TICKS			3
#define MASKED_NS		3000000			/* some ticks are lost */
#define PATIENCE_NS		100000000
#define SAMPLES			16

#define PIC_COMMAND		0x20
#define PIC_DATA		0x21
#define PIC_BEGIN		0x11			/* ICW1: three more words follow */
#define PIC_CASCADE		0x04			/* ICW3 */
#define PIC_AUTO_EOI		0x03			/* ICW4: no EOI is needed */
#define MASK_ALL		0xff

static void set_counter(u32 counter)
{
	out_byte(PIT_COMMAND, PIT_PERIODIC(counter));
	out_byte(PIT_COUNTER_0 + counter, TICK_COUNT & 0xff);
	out_byte(PIT_COUNTER_0 + counter, TICK_COUNT >> 8);
}

static bool tick_within(u32 ns)
{
	const volatile u32 *ticks = &this_cpu()->received[VECTOR_TEST];

	return wait_for_change(ticks, *ticks, ns);
}

static const char *ticks(void)
{
	for (u32 i = 0; i < TICKS; i++) {
		if (!tick_within(PATIENCE_NS))
			return "stopped";
	}
	return "ticks";
}

static void observe_ticks(const char *scope, void (*mask)(bool on))
{
	SCOPE(scope);
	mask(false);
	observe("first", ticks());
	for (u32 i = 0; i < 2; i++) {
		mask(true);
		take_pending();
		observe(i ? "masked.again" : "masked", tick_within(MASKED_NS) ? "ticks" : "none");
		mask(false);
		observe(i ? "unmasked.again" : "unmasked", ticks());
	}
	mask(true);
	take_pending();
}

static void mask_ioapic(bool on)
{
	program_pin(0, APIC_DM_FIXED | VECTOR_TEST | (on ? IOAPIC_MASKED : 0), this_cpu()->id);
}

static void mask_pic(bool on)
{
	out_byte(PIC_DATA, on ? MASK_ALL : MASK_ALL & ~1);
}

static void begin_pic(void)
{
	out_byte(PIC_COMMAND, PIC_BEGIN);
	out_byte(PIC_DATA, VECTOR_TEST);
	out_byte(PIC_DATA, PIC_CASCADE);
	out_byte(PIC_DATA, PIC_AUTO_EOI);
	apic_write(APIC_LVT0, APIC_DM_EXTINT);
}

/* Read the command port while the counters count: IN may leave AL as it was. */
static const char *command_port(void)
{
	struct outcome o = {};
	u8 first = in_byte(PIT_COMMAND, 0);

	for (u32 i = 0; i < SAMPLES; i++)
		outcome_add(&o, in_byte(PIT_COMMAND, 0) == first ? "the-same" : "another");
	return outcome_name(&o);
}

/* The count of a counter, latched, so that both bytes belong together. */
static u32 count(u32 counter)
{
	u32 low;

	out_byte(PIT_COMMAND, counter << 6);
	low = in_byte(PIT_COUNTER_0 + counter, 0);
	return in_byte(PIT_COUNTER_0 + counter, 0) << 8 | low;
}

static void observe_count(void)
{
	u32 first = count(2), n = 0;

	while (n < PATIENCE_NS / 1000 && count(2) == first)
		n++;
	observe("count", first - 1 >= TICK_COUNT ? "out-of-range" :
		count(2) == first && n ? "stands-still" : "counts");
}

void guest_main(void)
{
	struct kvm_pit_config config = {};

	observe("create", host_result(vm_ioctl(KVM_CREATE_PIT2, &config)));
	apic_enable();
	set_counter(2);
	observe_count();
	observe("command-port", command_port());
	out_byte(PIC_DATA, MASK_ALL);
	set_counter(0);
	observe_ticks("ioapic", mask_ioapic);
	begin_pic();
	observe_ticks("pic", mask_pic);
}
