// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ends a payload that hangs: the HPET's last timer, through the IOAPIC, as
 * an NMI.  Payloads run with interrupts off, so nothing less would reach them.
 *
 * IA-PC HPET specification 1.0a, 2.3.
 */
#include "world.h"

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
#define TIMER_ROUTE		(0x1ful << 9)

#define RTE_NMI			0x400
#define RTE_MASKED		BIT(16)
#define LATE_MS			5	/* than the deadline that it finds passed */

static struct {
	u64 config, timer, comparator;
} saved;

static volatile u64 *reg(const struct world *w, u32 offset)
{
	return (volatile u64 *)(w->acpi.hpet + offset);
}

static u32 last_timer(const struct world *w)
{
	return *reg(w, HPET_CAPABILITIES) >> 8 & 0x1f;
}

/* The pin of the first IOAPIC that the timer can drive, or -1. */
static int pin_of(const struct world *w)
{
	u32 routes = *reg(w, HPET_TIMER(last_timer(w))) >> 32;

	for (int pin = 23; pin > 0; pin--) {
		if (routes & BIT(pin))
			return pin;
	}
	return -1;
}

bool watchdog_exists(const struct world *w)
{
	return w->acpi.hpet && w->acpi.nr_ioapics && w->acpi.ioapic_gsi[0] == 0 &&
	       *reg(w, HPET_CAPABILITIES) >> 32 && pin_of(w) >= 0;
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
	u64 ticks;

	if (!w->has_watchdog)
		return;
	ticks = (ms + LATE_MS) * (1000000000000 / (*reg(w, HPET_CAPABILITIES) >> 32));
	saved.config = *reg(w, HPET_CONFIG);
	saved.timer = *reg(w, HPET_TIMER(n));
	saved.comparator = *reg(w, HPET_COMPARATOR(n));
	*reg(w, HPET_TIMER(n)) = (saved.timer & 0xffffffff &
		~(TIMER_LEVEL | TIMER_PERIODIC | TIMER_ROUTE | TIMER_32BIT)) |
		TIMER_ENABLE | (u64)pin_of(w) << 9;
	*reg(w, HPET_CONFIG) = saved.config | CONFIG_ENABLE;
	*reg(w, HPET_COMPARATOR(n)) = *reg(w, HPET_COUNTER) + ticks;
	route(w, RTE_NMI);
}

void watchdog_stop(struct world *w)
{
	u32 n = last_timer(w);

	if (!w->has_watchdog)
		return;
	route(w, RTE_NMI | RTE_MASKED);
	*reg(w, HPET_TIMER(n)) = saved.timer & 0xffffffff;
	*reg(w, HPET_COMPARATOR(n)) = saved.comparator;
	*reg(w, HPET_CONFIG) = saved.config;
}
