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

/* page_directory_entry() - return the page directory entry, for 2 MiB, that maps @page. */
u64 *page_directory_entry(volatile void *page);

/* fresh_page() - return 4 KiB of the page under test that no one has touched; there are 511. */
volatile u8 *fresh_page(void);

/* map_page_under_test() - set its PTE_PWT and PTE_PCD to @bits. */
void map_page_under_test(u64 bits);

/*
 * memory_type() - measure the effective memory type of a page, by latency at CPL3.
 * @page: mapped memory that no other vCPU touches; its contents change
 *
 * Return "wb" (loads and stores are cached), "wt" (loads only; WP looks the same), "uc"
 * (neither; UC- and WC look the same), or UNSEEN_... with the reason.  Add the latencies as
 * notes, also of non-temporal stores, which no type of memory caches.
 */
const char *memory_type(volatile void *page);

/*
 * given_type() - derive the effective memory type from what KVM gives the CPU.
 *
 * Return "wb", "wt", "wp", "wc" or "uc"; or UNSEEN_... with the reason.  Add the raw
 * values as a note.
 */
const char *given_type(volatile void *page);

/*
 * observe_type() - observe both in SCOPE(@scope): memory_type() as "effective" and
 * given_type() as "given".
 * observe_page() - the same for the page under test, without a scope of its own.
 * observe_agreement() - observe "agree" if both types were the same whenever both could be
 * seen; "disagree" otherwise, with a note about the first pair that differed.
 */
void observe_type(const char *scope, volatile void *page);
void observe_page(void);
void observe_agreement(void);

#endif
