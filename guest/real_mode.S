/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A SIPI starts a vCPU here.  It stays in real mode, rings the doorbell, and stores whether it
 * takes the injected exception, another one, or none.
 *
 * The payload copies this to TRAMPOLINE, so addresses are relative to
 * real_mode_start.
 */
#include "cpu.h"
#include "protocol.h"

#define HERE(symbol)	(symbol - real_mode_start)

	.section .rodata
	.globl real_mode_start, real_mode_end, real_mode_caught, real_mode_wrong
	.globl real_mode_sp, real_mode_came
	.code16
real_mode_start:
	cli
	mov	%cs, %ax
	mov	%ax, %ds
	mov	%ax, %ss
	mov	$REAL_MODE_STACK, %sp
	lidtl	HERE(real_mode_idtr)
	mov	$1, %eax			/* RING_CALL */
	mov	$DOORBELL_PORT, %dx
	out	%eax, %dx
	movl	$REAL_MODE_NOTHING, HERE(real_mode_came)
	jmp	1f
real_mode_wrong:
	movl	$REAL_MODE_WRONG, HERE(real_mode_came)
	jmp	1f
real_mode_caught:
	mov	%sp, HERE(real_mode_sp)
	movl	$REAL_MODE_CAUGHT, HERE(real_mode_came)
1:	hlt
	jmp	1b

	.balign	8
real_mode_idtr:
	.word	32 * 4 - 1
	.long	TRAMPOLINE + REAL_MODE_IVT
real_mode_sp:
	.word	0
	.balign	4
real_mode_came:
	.long	0
real_mode_end:
	.section .note.GNU-stack, "", @progbits
