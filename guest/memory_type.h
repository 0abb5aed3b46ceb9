/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page under test, and its effective memory type.
 */
#ifndef GUEST_MEMORY_TYPE_H
#define GUEST_MEMORY_TYPE_H

#include "x86.h"
#include "protocol.h"

/* The 2 MiB page under test, at PAGE_BASE. */
#define page_under_test	((volatile u8 *)PAGE_BASE)

/* page_directory_entry() - the one that maps @page, with 2 MiB. */
u64 *page_directory_entry(volatile void *page);

/* fresh_page() - 4 KiB of the page under test that nobody has touched; there are 511. */
volatile u8 *fresh_page(void);

/* map_page_under_test() - set its PTE_PWT and PTE_PCD to @bits. */
void map_page_under_test(u64 bits);

/*
 * memory_type() - the effective memory type of a page, by latency at CPL3.
 * @page: mapped memory that nobody else touches; its contents change
 *
 * Returns "wb" (loads and stores are cached), "wt" (loads only; WP looks the
 * same), "uc" (neither; WC looks the same), or UNSEEN_ENVIRONMENT or _NOISE with the reason.
 * The latencies behind it go out as notes.
 */
const char *memory_type(volatile void *page);

/*
 * given_type() - the same, as it follows from what KVM gives the CPU.
 *
 * Returns "wb", "wt", "wp", "wc" or "uc"; or UNSEEN_... with the reason.  The raw
 * values go out as a note.
 */
const char *given_type(volatile void *page);

/*
 * observe_type() - both, in SCOPE(@scope): "effective" as measured and "given" as read.
 * observe_page() - the same for the page under test, without another scope.
 * observe_agreement() - "agree" if both were the same each time that both could be
 * seen; otherwise "disagree", with a note of the first that were not.
 */
void observe_type(const char *scope, volatile void *page);
void observe_page(void);
void observe_agreement(void);

#endif
