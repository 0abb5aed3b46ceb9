// SPDX-License-Identifier: GPL-2.0-only
/* Memory that the host takes away and never gives back. */
#include "case.h"
#include "host.h"
#include "memory_type.h"

CASE("absent", .time_limit_ms = 200);
VARIANT("waits", .ids = { 1 });
VARIANT("waits-masked", .ids = { 2 });
VARIANT("refused", .ids = { 3 });
VARIANT("disabled", .ids = { 4 });

static const char *ask(enum host_request request, u64 address)
{
	return host_result(HOST_CALL(TARGET_VM, 0, { .request = request, .data = address }));
}

static u64 area[8] __attribute__((aligned(64)));

static void load(void *page)
{
	u64 value;

	load_safe(page, &value);
}

/* KVM does not return from the second WRMSR until the page is there. */
static void disable_meanwhile(void)
{
	wrmsr(MSR_KVM_ASYNC_PF_EN, (u64)area | KVM_ASYNC_PF_ENABLED | KVM_ASYNC_PF_DELIVERY_AS_INT);
	irq_enable();
	user_call(load, (void *)PAGE_BASE);
	wrmsr(MSR_KVM_ASYNC_PF_EN, 0);
}

void guest_main(void)
{
	observe("before", "seen");
	if (this_cpu()->id == 3) {
		observe("await-nothing", ask(HOST_AWAIT_FAULT, PAGE_BASE));
		observe("give-nothing", ask(HOST_GIVE_MEMORY, PAGE_BASE));
		observe("take-program", ask(HOST_TAKE_MEMORY, (u64)guest_main & ~0xffful));
		observe("take-beyond", ask(HOST_TAKE_MEMORY, PAGE_END));
		observe("take-half", ask(HOST_TAKE_MEMORY, PAGE_BASE + 0x800));
		observe("take", ask(HOST_TAKE_MEMORY, PAGE_BASE));
		observe("take-again", ask(HOST_TAKE_MEMORY, PAGE_BASE));
		observe("give", ask(HOST_GIVE_MEMORY, PAGE_BASE));
		observe("give-again", ask(HOST_GIVE_MEMORY, PAGE_BASE));
		observe("give-another", ask(HOST_GIVE_MEMORY, PAGE_BASE + 0x1000));
		return;
	}
	ask(HOST_TAKE_MEMORY, PAGE_BASE);
	if (this_cpu()->id == 4)
		disable_meanwhile();
	if (this_cpu()->id == 1)
		irq_enable();
	*page_under_test = 1;
}
