/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hunt's guest.  It enters each program of the batch by IRET, with all registers set and with
 * RFLAGS.TF=1, so that the #DB behind one instruction, or the exception that it raises, ends the
 * program.  It leaves the state at that moment in memory, and goes on with the next program.  After
 * the last one it writes to a port.
 */
#include "layout.h"

#define DR6_INIT	0xffff0ff0
#define MSR_FS_BASE	0xc0000100
#define MSR_GS_BASE	0xc0000101

/* In next: R15 is the program, R14 the state, R13 the head.  In end: R14 and R13. */
	.code64
	.globl hunt_guest
hunt_guest:
next:
	mov	$BASE + HEAD, %r13
	mov	AT_CURRENT(%r13), %r12
	cmp	AT_NR(%r13), %r12
	jae	done
	imul	$PROGRAM_SIZE, %r12, %r15
	add	$BASE + PROGRAMS, %r15
	imul	$STATE_SIZE, %r12, %r14
	add	$BASE + STATES, %r14

	mov	$DATA_3, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	mov	%eax, %gs
	mov	$MSR_FS_BASE, %ecx
	mov	$FS_BASE, %eax
	xor	%edx, %edx
	wrmsr
	mov	$MSR_GS_BASE, %ecx
	mov	$GS_BASE, %eax
	wrmsr
	xor	%eax, %eax
	mov	%rax, %cr2
	fxrstor	AT_FX(%r13)
	/* In arm M, the window is the host's. */
	mov	%cr3, %rax
	cmp	$ROOT_HOLE, %rax
	je	1f
	lea	AT_PATTERN(%r13), %rsi
	mov	$BASE + RAM_PAGE + WINDOW - WINDOW_PAGE, %edi
	mov	$WINDOW_SIZE / 8, %ecx
	rep movsq
1:
	mov	$BASE + STACK_END, %rsp
	push	AT_SS(%r15)
	push	8*4(%r15)		/* RSP */
	push	AT_RFLAGS(%r15)
	push	AT_CS(%r15)
	push	AT_RIP(%r15)
	mov	8*0(%r15), %rax
	mov	8*1(%r15), %rcx
	mov	8*2(%r15), %rdx
	mov	8*3(%r15), %rbx
	mov	8*5(%r15), %rbp
	mov	8*6(%r15), %rsi
	mov	8*7(%r15), %rdi
	mov	8*8(%r15), %r8
	mov	8*9(%r15), %r9
	mov	8*10(%r15), %r10
	mov	8*11(%r15), %r11
	mov	8*12(%r15), %r12
	mov	8*13(%r15), %r13
	mov	8*14(%r15), %r14
	mov	8*15(%r15), %r15
	iretq

done:
	movq	$1, AT_DONE(%r13)
	out	%al, $DONE_PORT
	jmp	next

lost:
	out	%al, $LOST_PORT

/* On the stack: vector, error code, RIP, CS, RFLAGS, RSP, SS. */
end:
	push	%r14
	push	%r13
	/* An exception of this code itself: the program has changed CR0, say. */
	cmpq	$CODE_0, 5*8(%rsp)
	jne	1f
	cmpq	$BASE + RUNTIME, 4*8(%rsp)
	jb	1f
	cmpq	$BASE + HEAD, 4*8(%rsp)
	jb	lost
1:
	mov	$BASE + HEAD, %r13
	mov	AT_CURRENT(%r13), %r14
	imul	$STATE_SIZE, %r14
	add	$BASE + STATES, %r14
	mov	%rax, 8*0(%r14)
	mov	%rcx, 8*1(%r14)
	mov	%rdx, 8*2(%r14)
	mov	%rbx, 8*3(%r14)
	mov	%rbp, 8*5(%r14)
	mov	%rsi, 8*6(%r14)
	mov	%rdi, 8*7(%r14)
	mov	%r8, 8*8(%r14)
	mov	%r9, 8*9(%r14)
	mov	%r10, 8*10(%r14)
	mov	%r11, 8*11(%r14)
	mov	%r12, 8*12(%r14)
	mov	%r15, 8*15(%r14)
	pop	8*13(%r14)
	pop	8*14(%r14)
	pop	AT_VECTOR(%r14)
	pop	AT_ERROR(%r14)
	pop	AT_RIP(%r14)
	pop	AT_CS(%r14)
	pop	AT_RFLAGS(%r14)
	pop	8*4(%r14)
	pop	AT_SS(%r14)
	cld
	mov	%cr2, %rax
	mov	%rax, AT_CR2(%r14)
	mov	%dr6, %rax
	mov	%rax, AT_DR6(%r14)
	mov	$DR6_INIT, %eax
	mov	%rax, %dr6
	mov	%ds, AT_DS(%r14)
	mov	%es, AT_DS+2(%r14)
	mov	%fs, AT_DS+4(%r14)
	mov	%gs, AT_DS+6(%r14)
	movups	%xmm0, AT_XMM(%r14)
	movups	%xmm1, AT_XMM+16(%r14)
	movups	%xmm2, AT_XMM+32(%r14)
	movups	%xmm3, AT_XMM+48(%r14)
	mov	%cr3, %rax
	cmp	$ROOT_HOLE, %rax
	je	1f
	mov	$BASE + RAM_PAGE + WINDOW - WINDOW_PAGE, %esi
	lea	AT_MEMORY(%r14), %rdi
	mov	$WINDOW_SIZE / 8, %ecx
	rep movsq
1:
	incq	AT_CURRENT(%r13)
	jmp	next

/* 16 bytes for each vector, at the end of the image: machine.c makes the IDT of them. */
	.balign 16
	.set	vector, 0
	.rept	32
	.balign 16
	.if	!(vector == 8 || vector >= 10 && vector <= 14 || vector == 17 || vector == 21 || \
		  vector == 29 || vector == 30)
	push	$0
	.endif
	push	$vector
	jmp	end
	.set	vector, vector + 1
	.endr
	.balign	16
	.section .note.GNU-stack, "", @progbits
