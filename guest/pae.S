/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct pae_loads pae_loads(u64 pdptes[4], u64 pdpte, u32 control_register)
 *
 * EDI, ESI and EDX are the arguments; EBX and EBP are what the two loads return.  The CPU leaves
 * 64-bit mode only through a 32-bit code segment without paging.  Interrupts are off, and the
 * gates of 64-bit mode are none of 32-bit mode.
 */
#include "cpu.h"
#include "pae.h"
#include "protocol.h"

#define PG		0x80000000
#define LME		0x100
#define EFER		0xc0000080
#define ACCESSED	0x20

	.text
	.globl pae_loads
pae_loads:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, saved_rsp
	mov	%edx, control_register
	mov	$refused, %eax
	mov	%ax, gate_of_gp
	shr	$16, %eax
	mov	%ax, gate_of_gp + 6
	sidt	saved_idtr
	push	$KERNEL_CS32
	push	$without_paging
	lretq

	.code32
without_paging:
	lidt	idtr
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	mov	%cr0, %eax
	and	$~PG, %eax
	mov	%eax, %cr0
	mov	$EFER, %ecx
	rdmsr
	and	$~LME, %eax
	wrmsr
	mov	%edi, %cr3
	mov	%cr0, %eax
	or	$PG, %eax
	mov	%eax, %cr0

	mov	PAE_LINEAR, %ebx
	mov	control_register, %edx
	mov	%esi, 8(%edi)
	andl	$~ACCESSED, (%edi)	/* reserved in a PDPTE, but QEMU sets it */
	cmp	$PAE_CR3, %edx
	je	1f
	and	$~PG, %eax
	mov	%eax, %cr0
	or	$PG, %eax
	mov	%eax, %cr0
	jmp	2f
1:	mov	%edi, %cr3
2:	mov	PAE_LINEAR, %ebp

refused:
	mov	%cr0, %eax
	and	$~PG, %eax
	mov	%eax, %cr0
	mov	$EFER, %ecx
	rdmsr
	or	$LME, %eax
	wrmsr
	mov	$pml4, %eax
	mov	%eax, %cr3
	mov	%cr0, %eax
	or	$PG, %eax
	mov	%eax, %cr0
	ljmp	$KERNEL_CS, $again_64_bit

	.code64
again_64_bit:
	mov	saved_rsp, %rsp
	lidt	saved_idtr
	mov	%ebx, %eax
	shl	$32, %rbp
	or	%rbp, %rax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.data
	.balign	8
idt:					/* for #GP only: the CPU refuses PAE paging */
	.fill	13, 8, 0
gate_of_gp:
	.word	0, KERNEL_CS32, 0x8e00, 0
idtr:
	.word	idtr - idt - 1
	.long	idt
saved_idtr:
	.fill	10

	.bss
	.balign	8
saved_rsp:
	.quad	0
control_register:
	.long	0
	.section .note.GNU-stack, "", @progbits
