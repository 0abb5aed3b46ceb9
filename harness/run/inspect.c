// SPDX-License-Identifier: GPL-2.0-only
#include "run/vcpu.h"

#include <cpuid.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/dump.h"
#include "run/mailbox.h"

#define PAGE_SHIFT		12
#define LEVEL_BITS		9
#define ENTRY_ADDRESS		0x000ffffffffff000
#define ENTRY_LARGE		(1 << 7)

#define EPT_PRESENT		7	/* readable, writable or executable */
#define EPT_TYPE_AND_IPAT(e)	((e) >> 3 & 0xf)

#define PTE_PRESENT		1
#define PTE_PWT_PCD(e)		((e) >> 3 & 3)
#define PTE_PAT(e)		((e) >> 7 & 1)
#define PTE_PAT_LARGE(e)	((e) >> 12 & 1)

/* With AMD's SME, a bit of the address in a page table entry is the C-bit ("encrypted"). */
static uint64_t address_mask(void)
{
	unsigned int eax, ebx, ecx, edx;

	if (__get_cpuid(0x8000001f, &eax, &ebx, &ecx, &edx) && eax & 1)
		return ENTRY_ADDRESS & ~(1ull << (ebx & 0x3f));
	return ENTRY_ADDRESS;
}

/*
 * Find the entry that maps @address, and its level: 1 for 4 KiB, 0 if there is no entry.  Return
 * NULL or an error.
 */
static char *walk(const struct dump *d, uint64_t address, uint64_t *entry, unsigned int *level)
{
	uint64_t present = d->paging == PAGING_EPT ? EPT_PRESENT : PTE_PRESENT;
	uint64_t mask = address_mask(), table = d->root & mask;

	for (*level = d->levels; *level; --*level) {
		unsigned int shift = PAGE_SHIFT + LEVEL_BITS * (*level - 1);
		uint64_t index = address >> shift & ((1 << LEVEL_BITS) - 1);
		char *error = kcore_read(table + index * sizeof(*entry), entry);

		if (error)
			return error;
		if (!(*entry & present))
			break;
		if (*level == 1 || *entry & ENTRY_LARGE)
			return NULL;
		table = *entry & mask;
	}
	*level = 0;
	return NULL;
}

static uint64_t leaf(enum paging paging, uint64_t entry, unsigned int level)
{
	if (paging == PAGING_EPT)
		return EPT_TYPE_AND_IPAT(entry);
	return PTE_PWT_PCD(entry) | (level == 1 ? PTE_PAT(entry) : PTE_PAT_LARGE(entry)) << 2;
}

/* The guest lets only one vCPU at a time inspect, which ThreadSanitizer cannot see. */
__attribute__((no_sanitize("thread")))
static void put(volatile char *to, const char *from)
{
	while ((*to++ = *from++))
		;
}

static int64_t unseen(const struct vm *vm, const char *why)
{
	char text[UNSEEN_SIZE];

	snprintf(text, sizeof(text), UNSEEN_HOST "%s", why);
	put(vm_mailbox(vm)->unseen, text);
	return -EPERM;
}

void inspect_begin(struct vm *vm)
{
	if (!dump_is_known(vm->host))
		unseen(vm, "only kvm_amd and kvm_intel print what they give the CPU");
	else if (!vm->inspect)
		unseen(vm, "what KVM gives the CPU is seen with --inspect, by root");
	else
		vm_mailbox(vm)->inspects = 1;
}

static int64_t inspect(struct vcpu *v, struct dump *d)
{
	char *why = NULL;
	int64_t r;

	if (!v->vm->inspect || !dump_is_known(v->vm->host))
		return -EPERM;
	r = dump_vcpu(v, d, &why);
	if (why)
		unseen(v->vm, why);
	free(why);
	return r;
}

int64_t inspect_event(struct vcpu *v, uint64_t *event)
{
	struct dump d;
	int64_t r = inspect(v, &d);

	*event = r ? 0 : d.event;
	return r;
}

int64_t inspect_apic(struct vcpu *v, uint64_t *apic)
{
	struct dump d;
	int64_t r = inspect(v, &d);

	*apic = r ? 0 : d.apic;
	return r;
}

int64_t inspect_page(struct vcpu *v, struct inspection *page)
{
	struct dump d;
	uint64_t entry;
	unsigned int level;
	char *why;
	int64_t r = inspect(v, &d);

	if (r)
		return r;
	why = walk(&d, page->gpa, &entry, &level);
	if (why) {
		r = unseen(v->vm, why);
		free(why);
		return r;
	}
	vm_trace(v->vm, "vCPU %u: CR0 %lx PAT %016lx, 0x%lx is mapped by %lx, level %u", v->index,
		 d.cr0, d.pat, page->gpa, level ? entry : 0, level);
	if (!level)
		return -EAGAIN;
	page->paging = d.paging;
	page->cr0 = d.cr0;
	page->pat = d.pat;
	page->type = leaf(d.paging, entry, level);
	page->host_pat = LINUX_PAT;
	return 0;
}
