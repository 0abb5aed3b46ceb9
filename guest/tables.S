/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables, GDT and IDT, initialized at build time: to build them at CPL0
 * costs almost a microsecond per emulated instruction.
 */
#include "cpu.h"
#include "protocol.h"

#define PAGE_FLAGS	0x67		/* P, RW, US, A, D */
#define LARGE_PAGE	0x80
#define PAGES_2M	2048		/* 4 GiB */

	.data
	.balign	4096
	.globl pml4
pml4:
	.quad	pdpt + PAGE_FLAGS
	.fill	511, 8, 0
pdpt:
	.quad	page_directory + PAGE_FLAGS
	.quad	page_directory + 0x1000 + PAGE_FLAGS
	.quad	page_directory + 0x2000 + PAGE_FLAGS
	.quad	page_directory + 0x3000 + PAGE_FLAGS
	.fill	508, 8, 0
	.globl page_directory
page_directory:
	.set	page, 0
	.rept	PAGES_2M
	.quad	(page << 21) + PAGE_FLAGS + LARGE_PAGE
	.set	page, page + 1
	.endr

	.globl gdt
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* KERNEL_CS32 */
	.quad	0x00af9b000000ffff	/* KERNEL_CS */
	.quad	0x00cf93000000ffff	/* KERNEL_DS */
	.quad	0x00cffb000000ffff	/* USER_CS32 */
	.quad	0x00cff3000000ffff	/* USER_DS */
	.quad	0x00affb000000ffff	/* USER_CS */
	.quad	0
gdt_end:
	.quad	0, 0			/* TSS_SELECTOR, in each CPU's copy */

	.balign	16
	.globl idt
idt:
	.set	vector, 0
	.rept	NR_VECTORS
	.word	(IMAGE_BASE + vector * VECTOR_SIZE) & 0xffff
	.word	KERNEL_CS
	.byte	0
	.if	vector == 3 || vector == 4
	.byte	0xee			/* interrupt gate, DPL 3: #BP and #OF */
	.else
	.byte	0x8e			/* interrupt gate, DPL 0 */
	.endif
	.word	(IMAGE_BASE + vector * VECTOR_SIZE) >> 16
	.quad	0
	.set	vector, vector + 1
	.endr

	.section .note.kvm_errata, "", @note
	.balign	4
	.long	2f - 1f, 4f - 3f, 1	/* NOTE_BOOT */
1:	.asciz	"kvm-errata"
2:	.balign	4
3:	.long	NOTE_VERSION, 0
	.quad	pml4
	.quad	gdt
	.quad	gdt_end - gdt
	.quad	mailbox
4:
	.section .note.GNU-stack, "", @progbits
