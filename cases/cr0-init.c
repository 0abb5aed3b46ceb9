// SPDX-License-Identifier: GPL-2.0-only
/*
 * CR0 after RESET and INIT - errata.rst, "CR0.CD"
 *
 * RESET sets CR0 to 0x60000010: caches off (CD, NW), ET set.  INIT does the same, except that
 * it leaves CD and NW unchanged (SDM 3A, table 10-1).
 *
 * KVM does both.  KVM_GET_SREGS of a vCPU that waits for its SIPI returns RESET's value, and
 * the vCPU reads this value when it starts; after a later INIT, the vCPU starts in real mode
 * with the CD and NW that it had before.  Their effect on memory is the usual one: errata.rst
 * makes no exception for a vCPU that has just started.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"
#include "sipi.h"

CASE("cr0-init", .alone = 1, .vcpus = 2, .ap_start = AP_WAIT_FOR_SIPI);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_CD_NW_CLEARED));

static void set_cd_nw(void *bits)
{
	write_cr0((read_cr0() & ~(X86_CR0_CD | X86_CR0_NW)) | (u64)bits);
}

static void observe_start(const char *key)
{
	bool started = start_by_sipi(1, 1);

	observef("%s.cr0 = 0x%x", key, started ? trampoline_cr0 : 0xffffffff);
	on_vcpu(1, key, observe_page);
}

static void observe_init(const char *key, u64 bits)
{
	call_on(1, set_cd_nw, (void *)bits);
	observe_start(key);
}

void guest_main(void)
{
	u64 cr0;

	observe("reset.sregs", get_cr0(1, &cr0) ? UNSEEN_GUEST "no host" :
		cr0 == 0x60000010 ? "0x60000010" : "other");
	observe_start("reset");
	observe_init("init-after-none", 0);
	observe_init("init-after-cd", X86_CR0_CD);
	observe_init("init-after-cd-nw", X86_CR0_CD | X86_CR0_NW);
	observe_agreement();
}
