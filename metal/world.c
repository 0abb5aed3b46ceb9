// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "metal.h"
#include "text.h"

#define LOW_LIMIT	0x9f000
#define PAGE_TABLE_BITS	0x67		/* P, RW, US, A, D */
#define UNCACHED	(PTE_PCD | PTE_PWT)

#define X86_CR4_MCE	BIT(6)
#define X86_CR4_LA57	BIT(12)
#define X86_CR4_VMXE	BIT(13)

#define CR0_AT_ENTRY	0x80010033	/* as in harness/run/vcpu.c */
#define CR4_AT_ENTRY	0x00000620

#define TSC_SAMPLE_US	2000

static bool claim(u64 start, u64 end)
{
	EFI_PHYSICAL_ADDRESS address = start;

	return BS->AllocatePages(AllocateAddress, EfiLoaderCode, (end - start) >> 12,
				 &address) == EFI_SUCCESS;
}

void world_claim(struct world *w)
{
	EFI_PHYSICAL_ADDRESS low = LOW_LIMIT;
	u64 start;

	*w = (struct world) {};
	asm("str %0" : "=r"(w->tr));
	acpi_read(&w->acpi);
	w->has_trampoline = claim(TRAMPOLINE, TRAMPOLINE + 0x1000);
	if (!claim(IMAGE_BASE, PAGE_END))
		w->lacks = text("this firmware does not give away memory 0x%x to 0x%x",
				IMAGE_BASE, PAGE_END);
	if (BS->AllocatePages(AllocateMaxAddress, EfiLoaderCode, LOW_PAGES, &low) != EFI_SUCCESS) {
		if (!w->lacks)
			w->lacks = text("this firmware does not give away memory below 0x%x",
					LOW_LIMIT);
		return;
	}
	w->low_page = (u8 *)low;
	w->low = (struct low *)(low + LOW_DATA);
	w->has_watchdog = watchdog_exists(w);
	if (w->has_watchdog) {
		w->tsc_per_ms = watchdog_tsc_per_ms(w);
		return;
	}
	start = rdtsc();
	BS->Stall(TSC_SAMPLE_US);
	w->tsc_per_ms = (rdtsc() - start) / (TSC_SAMPLE_US / 1000);
}

/*
 * Map only what a payload needs: its own memory, the local APIC and the low pages.
 * A payload may make all memory write-back, and speculative accesses must not reach
 * a device then.
 */
static void restrict_memory(const struct world *w, u64 cr3)
{
	u64 *pml4 = (u64 *)cr3, *pdpt = (u64 *)(pml4[0] & ~0xffful);
	u64 *low_table = (u64 *)(w->low_page + 0x1000);
	u64 low = (u64)w->low_page;

	for (u32 g = 0; g < 4; g++) {
		u64 *pd = (u64 *)(pdpt[g] & ~0xffful);

		for (u32 i = 0; i < 512; i++) {
			u64 address = ((u64)g << 30) + ((u64)i << 21);

			if (address == (APIC_DEFAULT_PHYS_BASE & ~0x1ffffful))
				pd[i] |= UNCACHED;
			else if (address < IMAGE_BASE || address >= PAGE_END)
				pd[i] = 0;
		}
	}
	memset(low_table, 0, 0x1000);
	for (u32 i = 0; i < LOW_PAGES; i++)
		low_table[(low >> 12) + i] = (low + 0x1000 * i) | PAGE_TABLE_BITS;
	if (w->has_trampoline)
		low_table[TRAMPOLINE >> 12] = TRAMPOLINE | PAGE_TABLE_BITS;
	*(u64 *)(pdpt[0] & ~0xffful) = (u64)low_table | PAGE_TABLE_BITS;
}

void world_load(struct world *w, const struct case_file *c)
{
	u64 cr4 = read_cr4(), *pml5 = (u64 *)(w->low_page + 0x2000);
	struct mailbox *m = (struct mailbox *)c->boot.mailbox;

	memcpy((void *)IMAGE_BASE, c->image, c->image_size);
	memset((u8 *)IMAGE_BASE + c->image_size, 0, PAGE_BASE - IMAGE_BASE - c->image_size);
	restrict_memory(w, c->boot.cr3);
	memcpy(w->low_page, low_start, low_end - low_start);
	m->magic = MAILBOX_MAGIC;
	m->host = 0;
	m->doorbell = (u64)w->low_page + (low_doorbell - low_start);

	*w->low = (struct low) {
		.entry = c->entry, .cr0 = CR0_AT_ENTRY, .cr3 = c->boot.cr3,
		.cr4 = CR4_AT_ENTRY | X86_CR4_MCE | (cr4 & (X86_CR4_LA57 | X86_CR4_VMXE)),
		.bsp_id = lapic_id(), .keep_x2apic = lapic_is_locked(),
		.tr = w->tr,
	};
	if (cr4 & X86_CR4_LA57) {
		memset(pml5, 0, 0x1000);
		pml5[0] = c->boot.cr3 | PAGE_TABLE_BITS;
		w->low->cr3 = (u64)pml5;
	}
}
