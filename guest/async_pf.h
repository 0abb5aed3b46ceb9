/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asynchronous page faults in a guest that enables them - msr.rst,
 * MSR_KVM_ASYNC_PF_EN.
 */
#ifndef GUEST_ASYNC_PF_H
#define GUEST_ASYNC_PF_H

#include "cpu.h"
#include "x86.h"

#define VECTOR_READY	(VECTOR_TEST + 1)
#define ALL		(~0u)		/* the token of all pages */

/* Timeouts in nanoseconds: for an event that should not come, and for one that should. */
#define BRIEFLY		2000000
#define LONG		500000000

/* struct kvm_vcpu_pv_apf_data; before 6.9 the kernel's header has one more member. */
struct apf_data {
	u32 flags;
	u32 token;
	u8 pad[56];
};

/* Of vCPUs 0 and 1. */
extern volatile struct apf_data apf_data[2];

#define MEMORY_VALUE	0x1122334455667788	/* the first quadword of a page that is given back */
#define MEMORY_STORED	0x99aabbccddeeff00	/* what a store of struct touch writes */

/* One access of vCPU 0 or 1. */
struct touch {
	u32 index;
	bool cpl3, store, masked;	/* masked: with interrupts off */
	bool again;			/* the host is fetching this page already */
	bool nested;			/* in a nested guest, whose #PFs exit to this vCPU */
	bool interrupt;			/* send the vCPU an interrupt if it waits */
	volatile u64 *page;
	volatile u32 begun, done;
	bool waited, interrupted;	/* as seen by the other vCPU */
	int vector;			/* raised by the access, or 0 */
	u64 value, cr2;			/* @cr2: in a nested guest, what its exit says */
};

/*
 * touch() - do the access; call it on vCPU @touch->index.
 * touch_watched() - touch(), while the other vCPU waits until something waits for the page,
 * and gives the page back unless KVM has reported it to the guest as absent.
 * touch_absent() - take a fresh page away, then touch_watched() it.
 *
 * touch_watched() and touch_absent() return the exception that the access raised, "waits"
 * if it waited for the page, or "wrong".  After an exception the page is still absent: the
 * caller gives it back.
 */
void touch(void *touch);
const char *touch_watched(struct touch *t);
const char *touch_absent(struct touch *t);

/* wrmsr_on() - WRMSR on vCPU @index. */
void wrmsr_on(u32 index, u32 msr, u64 value);

/*
 * apf_enable() - set MSR_KVM_ASYNC_PF_EN with @bits, and MSR_KVM_ASYNC_PF_INT to VECTOR_READY.
 * apf_disable() - clear MSR_KVM_ASYNC_PF_EN.
 * apf_acknowledge() - clear the token and write MSR_KVM_ASYNC_PF_ACK.
 */
void apf_enable(u32 index, u64 bits);
void apf_disable(u32 index);
void apf_acknowledge(u32 index);

/*
 * apf_ready() - return which page KVM has reported as ready to vCPU @t->index since the last
 * call: "token" of the page that was touched, "another-token", "all" pages, "nothing" within
 * @ns, or "several" reports.
 * apf_told_ready() - the same; "not-told" if KVM has not reported the page as absent.
 */
const char *apf_ready(u32 ns, const struct touch *t);
const char *apf_told_ready(u32 ns, const struct touch *t);

#endif
