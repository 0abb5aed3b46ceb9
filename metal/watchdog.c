// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watchdog ends a payload that hangs: the HPET's last timer raises an NMI through
 * the IOAPIC.  An interrupt would not do, because payloads run with interrupts off.
 *
 * IA-PC HPET specification 1.0a, 2.3.
 */
#include "metal.h"

#define HPET_CAPABILITIES	0x000
#define HPET_CONFIG		0x010
#define HPET_COUNTER		0x0f0
#define HPET_TIMER(n)		(0x100 + 0x20 * (n))
#define HPET_COMPARATOR(n)	(0x108 + 0x20 * (n))
#define CONFIG_ENABLE		BIT(0)
#define TIMER_LEVEL		BIT(1)
#define TIMER_ENABLE		BIT(2)
#define TIMER_PERIODIC		BIT(3)
#define TIMER_32BIT		BIT(8)
#define TIMER_ROUTE_SHIFT	9
#define TIMER_ROUTE		(0x1ful << TIMER_ROUTE_SHIFT)
#define FEMTOSECONDS_PER_MS	1000000000000

#define SAMPLE_US		2000
#define MAX_SAMPLES		50

#define RTE_NMI			0x400
#define RTE_MASKED		BIT(16)
/* The NMI must not come before the deadline by the TSC, and clocks differ: add this. */
#define LATE_MS(ms)		(5 + (ms) / 32)

static struct {
	u32 config, timer;
	u64 comparator;
} saved;

/* Read 32 bits at a time: not every HPET supports 64-bit accesses. */
static u32 hpet_read(const struct world *w, u32 offset)
{
	return *(volatile u32 *)(w->acpi.hpet + offset);
}

static void hpet_write(const struct world *w, u32 offset, u32 value)
{
	*(volatile u32 *)(w->acpi.hpet + offset) = value;
}

static u64 hpet_read64(const struct world *w, u32 offset)
{
	return (u64)hpet_read(w, offset + 4) << 32 | hpet_read(w, offset);
}

static void hpet_write64(const struct world *w, u32 offset, u64 value)
{
	hpet_write(w, offset + 4, value >> 32);
	hpet_write(w, offset, value);
}

static u32 femtoseconds_per_tick(const struct world *w)
{
	return hpet_read(w, HPET_CAPABILITIES + 4);
}

static u32 last_timer(const struct world *w)
{
	return hpet_read(w, HPET_CAPABILITIES) >> 8 & 0x1f;
}

/* Return a pin of the first IOAPIC that the timer can drive, or -1. */
static int pin_of(const struct world *w)
{
	u32 routes = hpet_read(w, HPET_TIMER(last_timer(w)) + 4);

	for (int pin = 23; pin > 0; pin--) {
		if (routes & BIT(pin))
			return pin;
	}
	return -1;
}

bool watchdog_exists(const struct world *w)
{
	return w->acpi.hpet && w->acpi.nr_ioapics && w->acpi.ioapic_gsi[0] == 0 &&
	       femtoseconds_per_tick(w) && pin_of(w) >= 0;
}

/* The firmware's delays may be longer than requested: the HPET tells the real time. */
static u64 sample_tsc_per_ms(const struct world *w)
{
	u64 ticks = hpet_read64(w, HPET_COUNTER), tsc = rdtsc();

	BS->Stall(SAMPLE_US);
	ticks = hpet_read64(w, HPET_COUNTER) - ticks;
	tsc = rdtsc() - tsc;
	return tsc * (FEMTOSECONDS_PER_MS / femtoseconds_per_tick(w)) / ticks;
}

/*
 * An SMI or a hypervisor between the reads of the two clocks spoils a sample.  With too high
 * a value, the only NMI would come before the deadline and be ignored: two samples must agree.
 */
u64 watchdog_tsc_per_ms(const struct world *w)
{
	u32 config = hpet_read(w, HPET_CONFIG);
	u64 before, now;
	u32 tries = MAX_SAMPLES;

	hpet_write(w, HPET_CONFIG, config | CONFIG_ENABLE);
	now = sample_tsc_per_ms(w);
	do {
		before = now;
		now = sample_tsc_per_ms(w);
	} while ((now > before ? now - before : before - now) > now / 64 && --tries);
	hpet_write(w, HPET_CONFIG, config);
	return now < before ? now : before;
}

static void route(const struct world *w, u32 low)
{
	volatile u32 *select = (volatile u32 *)w->acpi.ioapics[0];
	volatile u32 *window = (volatile u32 *)(w->acpi.ioapics[0] + 0x10);
	u32 entry = 0x10 + 2 * pin_of(w);

	*select = entry + 1;
	*window = w->low->bsp_id << 24;
	*select = entry;
	*window = low;
}

void watchdog_start(struct world *w, u32 ms)
{
	u32 n = last_timer(w);
	u64 ticks, now;

	if (!w->has_watchdog)
		return;
	ticks = ((u64)ms + LATE_MS(ms)) * (FEMTOSECONDS_PER_MS / femtoseconds_per_tick(w));
	saved.config = hpet_read(w, HPET_CONFIG);
	saved.timer = hpet_read(w, HPET_TIMER(n));
	saved.comparator = hpet_read64(w, HPET_COMPARATOR(n));
	route(w, RTE_NMI);
	hpet_write(w, HPET_TIMER(n), saved.timer & ~(TIMER_LEVEL | TIMER_PERIODIC | TIMER_ROUTE |
						      TIMER_32BIT | TIMER_ENABLE));
	hpet_write(w, HPET_CONFIG, saved.config | CONFIG_ENABLE);
	now = hpet_read64(w, HPET_COUNTER);
	hpet_write64(w, HPET_COMPARATOR(n), now + ticks);
	hpet_write(w, HPET_TIMER(n), (hpet_read(w, HPET_TIMER(n)) & ~TIMER_ROUTE) |
		   TIMER_ENABLE | pin_of(w) << TIMER_ROUTE_SHIFT);
}

void watchdog_stop(struct world *w)
{
	u32 n = last_timer(w);

	if (!w->has_watchdog)
		return;
	route(w, RTE_NMI | RTE_MASKED);
	hpet_write(w, HPET_TIMER(n), saved.timer & ~TIMER_ENABLE);
	hpet_write64(w, HPET_COMPARATOR(n), saved.comparator);
	hpet_write(w, HPET_TIMER(n), saved.timer);
	hpet_write(w, HPET_CONFIG, saved.config);
}
