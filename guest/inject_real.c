// SPDX-License-Identifier: GPL-2.0-only
/*
 * An exception injected by KVM_SET_VCPU_EVENTS in real mode, where the CPU pushes FLAGS, CS
 * and IP, and never an error code (SDM 3B, 21.1.4 "Interrupt and Exception Handling").
 */
#include "apic.h"
#include "host.h"
#include "inject.h"
#include "sipi.h"

#define FRAME_SIZE	6
#define IVT_ENTRIES	32
#define PATIENCE	2000000

extern const u8 real_mode_start[], real_mode_end[], real_mode_caught[], real_mode_wrong[];
extern const u8 real_mode_sp[], real_mode_came[];

static u32 offset(const u8 *symbol)
{
	return symbol - real_mode_start;
}

static void put_real_mode(u32 vector)
{
	volatile u32 *ivt = (volatile u32 *)(TRAMPOLINE + REAL_MODE_IVT);

	put_at_trampoline(real_mode_start, real_mode_end);
	for (u32 i = 0; i < IVT_ENTRIES; i++)
		ivt[i] = TRAMPOLINE >> 4 << 16 | offset(i == vector ? real_mode_caught : real_mode_wrong);
}

const char *injected_in_real_mode(u32 index, const struct injection *i)
{
	volatile u32 *came = (volatile u32 *)(u64)(TRAMPOLINE + offset(real_mode_came));
	volatile u16 *sp = (volatile u16 *)(u64)(TRAMPOLINE + offset(real_mode_sp));
	const struct host_call *call = &mailbox.call[index];
	struct kvm_vcpu_events events = events_with(index, i);

	if (!mailbox.host)
		return UNSEEN_GUEST "no host";
	put_real_mode(i->vector);
	put_events_call(index, &events, (struct step) {});
	send_init_sipi(0, index);
	for (u32 n = 0; !*came && n < PATIENCE; n++)
		cpu_relax();
	if (call->ret == -EIO)
		return failed_entry(index);
	if (call->ret)
		return "rejected";
	if (*came == REAL_MODE_WRONG)
		return "wrong-vector";
	if (*came != REAL_MODE_CAUGHT)
		return "lost";
	return *sp == REAL_MODE_STACK - FRAME_SIZE ? "no-error-code" : "error-code";
}
