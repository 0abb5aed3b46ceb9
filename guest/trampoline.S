/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A SIPI starts a vCPU here, in real mode at CS:IP = TRAMPOLINE >> 4 : 0.  Switch to
 * 64-bit mode and jump to the runtime's entry.
 *
 * The payload copies this to TRAMPOLINE, so addresses are relative to
 * trampoline_start.
 */
#include "cpu.h"
#include "protocol.h"

#define HERE(symbol)	(TRAMPOLINE + symbol - trampoline_start)

	.section .rodata
	.globl trampoline_start, trampoline_end
	.code16
trampoline_start:
	cli
	mov	%cs, %ax
	mov	%ax, %ds
	mov	%cr0, %ebx			/* what INIT left */
	lgdtl	trampoline_gdtr - trampoline_start
	mov	%ebx, %edi
	and	$0x40000000, %edi		/* CD stays as it is */
	or	$0x80010033, %edi		/* PG (with LME below), WP, NE, ET, MP, PE */
	mov	$0x00000620, %eax		/* OSXMMEXCPT, OSFXSR, PAE */
	mov	%eax, %cr4
	mov	$pml4, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx		/* EFER */
	mov	$0x00000100, %eax		/* LME */
	xor	%edx, %edx
	wrmsr
	mov	%edi, %cr0
	ljmpl	$KERNEL_CS, $HERE(long_mode)

	.code64
long_mode:
	mov	$KERNEL_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%ebx, trampoline_cr0
	mov	$1, %eax
	cpuid
	shr	$24, %ebx			/* the initial APIC ID: this vCPU's id */
	and	$(MAX_STARTS - 1), %ebx
	lock incl trampoline_starts(, %rbx, 4)
	xor	%edi, %edi
	xchg	%edi, trampoline_index		/* only the first vCPU gets the index */
	test	%edi, %edi
	jz	stay
	mov	trampoline_id, %esi
	mov	$_start, %eax
	jmp	*%rax

stay:
	hlt
	jmp	stay

	.balign	8
trampoline_gdtr:
	.word	0x3f
	.long	gdt
trampoline_end:
	.section .note.GNU-stack, "", @progbits
