/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From 64-bit mode to protected mode with PAE paging and back: SDM 3A, "Switching Out of IA-32e
 * Mode Operation".
 */
#include "callee_saved.h"
#include "protocol.h"

#define CR0_PG		0x80000000
#define MSR_EFER	0xc0000080
#define EFER_LME	0x100

/* Turn paging off, change CR3 and EFER.LME by @change, and turn paging on; EAX, ECX, EDX are lost. */
.macro	switch_mode table, change:vararg
	mov	%cr0, %eax
	and	$~CR0_PG, %eax
	mov	%eax, %cr0
	mov	$\table, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	\change
	wrmsr
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
.endm

/* u32 legacy_enter(const void *code) */
	.text
	.globl legacy_enter, legacy_stubs, legacy_pdpt
legacy_enter:
	push_callee_saved
	mov	%rsp, legacy_rsp
	push	$KERNEL_CS32
	push	$1f
	lretq

	.code32
1:	switch_mode legacy_pdpt, and $~EFER_LME, %eax
	call	*%edi
	xor	%eax, %eax
2:	mov	%eax, %esi
	switch_mode pml4, or $EFER_LME, %eax
	ljmp	$KERNEL_CS, $3f

	/* Each exception ends the code: what it has pushed goes with the stack. */
	.balign	16
legacy_stubs:
	.set	vector, 0
	.rept	32
	.balign	16
	mov	$vector, %eax
	jmp	2b
	.set	vector, vector + 1
	.endr

	.code64
3:	mov	legacy_rsp, %rsp
	mov	%esi, %eax
	pop_callee_saved
	ret

	.data
	.balign	32
legacy_pdpt:				/* of the same page directories; PAE has P and no R/W here */
	.quad	page_directory + 1
	.quad	page_directory + 0x1001
	.quad	page_directory + 0x2001
	.quad	page_directory + 0x3001
legacy_rsp:
	.quad	0
	.section .note.GNU-stack, "", @progbits
