/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asynchronous page faults, as a guest has them that knows them - msr.rst,
 * MSR_KVM_ASYNC_PF_EN.
 */
#ifndef GUEST_ASYNC_PF_H
#define GUEST_ASYNC_PF_H

#include "cpu.h"
#include "x86.h"

#define VECTOR_READY	(VECTOR_TEST + 1)
#define ALL		(~0u)		/* the token of all pages */

/* Nanoseconds for what should not come, and for what should. */
#define BRIEFLY		2000000
#define LONG		500000000

/* struct kvm_vcpu_pv_apf_data; the kernel's header has a member more before 6.9. */
struct apf_data {
	u32 flags;
	u32 token;
	u8 pad[56];
};

/* Those of vCPUs 0 and 1. */
extern volatile struct apf_data apf_data[2];

#define MEMORY_VALUE	0x1122334455667788	/* what arrives */
#define MEMORY_STORED	0x99aabbccddeeff00	/* what a touch stores */

/* One access of vCPU 0 or 1. */
struct touch {
	u32 index;
	bool cpl3, store, masked;	/* masked: with interrupts off */
	bool again;			/* the host fetches this page already */
	bool interrupt;			/* send it one, if it waits */
	volatile u64 *page;
	volatile u32 begun, done;
	bool waited, interrupted;	/* as the other vCPU has seen it */
	int vector;			/* that the access raised, or 0 */
	u64 value, cr2;
};

/*
 * touch() - the access, on the vCPU that it is of.
 * touch_watched() - the same, while the other vCPU sees that somebody waits for the page,
 * and lets it arrive if whoever touched it clearly does not go on.
 * touch_absent() - the same of a page that is taken away for it.
 *
 * The latter return the exception that it raised, "waits" until the page was there, or
 * "wrong".  Nothing arrives after an exception: that is the caller's to do.
 */
void touch(void *touch);
const char *touch_watched(struct touch *t);
const char *touch_absent(struct touch *t);

/* wrmsr_on() - WRMSR of vCPU 0 or 1. */
void wrmsr_on(u32 index, u32 msr, u64 value);

/*
 * apf_enable() - with bits of MSR_KVM_ASYNC_PF_EN, and VECTOR_READY for what is ready.
 * apf_disable(); apf_acknowledge() - the token has been seen.
 */
void apf_enable(u32 index, u64 bits);
void apf_disable(u32 index);
void apf_acknowledge(u32 index);

/*
 * apf_ready() - what has been ready since this was last asked: "token" of the page that
 * was touched, "another-token", "all" that there are, "nothing" within @ns, or "several".
 * apf_told_ready() - the same; "not-told" of a page whose absence has not been.
 */
const char *apf_ready(u32 ns, const struct touch *t);
const char *apf_told_ready(u32 ns, const struct touch *t);

#endif
