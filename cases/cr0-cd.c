// SPDX-License-Identifier: GPL-2.0-only
/*
 * CR0.CD - errata.rst, "CR0.CD"
 *
 * CR0.CD=1 puts the caches into no-fill mode: an access to cached data still hits; a miss goes
 * to memory and fills nothing.  CR0.NW changes how the CPU keeps caches and memory coherent;
 * NW=1 with CD=0 is invalid and raises #GP.
 *
 * On Intel, KVM keeps both bits in a shadow that only the guest sees.  On AMD, the CPU could
 * act on them, but KVM clears them in the CR0 that it gives the CPU, unless
 * KVM_X86_QUIRK_CD_NW_CLEARED is disabled.  In both cases CD reads back as written and memory
 * is as fast as before.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"

CASE("cr0-cd", .alone = 1, .vcpus = 2);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_CD_NW_CLEARED));

static void observe_readback(const char *scope)
{
	SCOPE(scope);
	observe("mov", cd_nw(read_cr0()));
	observe("smsw", cd_nw(smsw()));
}

/* A value that the CPU refuses leaves CR0 as it was. */
static void observe_illegal(const char *key, u64 value)
{
	u64 before = read_cr0();

	observe(key, fault_name(write_cr0_safe(value)));
	observef("%s.then = %s", key, kept(read_cr0() == before));
	write_cr0(before);
}

static void observe_here(const char *scope)
{
	observe_type(scope, page_under_test);
}

static void observe_fresh(void)
{
	observe_type(NULL, fresh_page());
}

static void load_cr0(void *cr0)
{
	write_cr0((u64)cr0);
}

/* The VMM writes CR0. */
static void observe_sregs(const char *key, u64 cr0)
{
	if (set_cr0(0, cr0) == -ENOSYS)
		write_cr0(cr0);
	observe_readback(key);
	observe_here(key);
}

void guest_main(void)
{
	const u64 cr0 = read_cr0() & ~(X86_CR0_CD | X86_CR0_NW);

	wait_for_cpus(2);
	observe_here("cd-0");
	observe_illegal("nw-without-cd", cr0 | X86_CR0_NW);
	observe_illegal("pg-without-pe", (cr0 & ~X86_CR0_PE) | X86_CR0_CD);
	observe_illegal("bit-32", cr0 | X86_CR0_CD | BIT(32));
	observe_illegal("bit-63", cr0 | X86_CR0_CD | BIT(63));

	write_cr0(cr0 | X86_CR0_CD | X86_CR0_NW);
	observe_readback("cd-nw");
	observe_illegal("nw-without-cd-again", cr0 | X86_CR0_NW);
	write_cr0(cr0 | X86_CR0_CD);
	observe_readback("cd");
	observe_here("cd");
	on_vcpu(0, "fresh.cd", observe_fresh);
	on_vcpu(1, "cd-elsewhere", observe_page);
	write_cr0(cr0);
	observe_readback("back");
	observe_here("back");

	call_on(1, load_cr0, (void *)(cr0 | X86_CR0_CD));
	observe_here("cd-there.here");
	on_vcpu(1, "cd-there.there", observe_page);
	on_vcpu(1, "cd-there.fresh", observe_fresh);
	call_on(1, load_cr0, (void *)cr0);

	observe_sregs("sregs-cd", cr0 | X86_CR0_CD);
	observe_sregs("sregs-back", cr0);
	observe_agreement();
}
