/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entry of a vCPU, the exception stubs, and the way to CPL3 and back.
 */
#include "callee_saved.h"
#include "cpu.h"
#include "protocol.h"

/*
 * A vCPU enters here in 64-bit mode at CPL0 with paging on, interrupts off,
 * RDI = index in creation order, RSI = vCPU id.
 */
	.text
	.globl _start
_start:
	mov	%rdi, %rax
	imul	$CPU_SIZE, %rax
	lea	cpus+CPU_STACK_TOP(%rax), %rsp
	xor	%ebp, %ebp
	call	cpu_start
	ud2

/*
 * One stub per vector, VECTOR_SIZE apart: push the vector and, if the CPU pushes no
 * error code, a zero before it, as struct exception has them.
 */
	.section .vectors, "ax"
	.set	vector, 0
	.rept	NR_VECTORS
	.balign	VECTOR_SIZE
	.if	!((VECTORS_WITH_ERROR_CODE >> vector) & 1)
	push	$0
	.endif
	push	$vector
	jmp	exception
	.set	vector, vector + 1
	.endr
	.balign	VECTOR_SIZE

	.text
exception:
	push	%rax
	push	%rbx
	push	%rcx
	push	%rdx
	push	%rbp
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, %rdi
	call	handle_exception
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rbp
	pop	%rdx
	pop	%rcx
	pop	%rbx
	pop	%rax
	add	$16, %rsp		/* vector, error code */
	iretq

	.globl wait_for_irq, irq_wait, irq_taken
wait_for_irq:
	sti
irq_wait:
	hlt
irq_taken:
	cli
	ret

/*
 * void user_call(void (*function)(void *), void *argument)
 *
 * Enter CPL3 by IRETQ and leave it through the gate of #UD: a KVM without hardware
 * virtualization may not support INT at CPL3, but every KVM delivers #UD.
 */
	.globl user_call
user_call:
	push_callee_saved
	mov	%rsp, %gs:CPU_USER_RETURN_RSP
	mov	%rsp, %gs:CPU_TSS_RSP0
	mov	%gs:CPU_SELF, %rax
	lea	CPU_USER_STACK_TOP(%rax), %rax
	push	$USER_DS
	push	%rax
	pushf
	orl	$0x3000, (%rsp)		/* IOPL 3: the doorbell is a port */
	push	$USER_CS
	push	$user_enter
	iretq

user_enter:				/* CPL3 */
	mov	%rdi, %rax
	mov	%rsi, %rdi
	call	*%rax
	.globl user_leave
user_leave:
	ud2

	.globl user_return
user_return:				/* CPL0 again, from handle_exception() */
	mov	%gs:CPU_USER_RETURN_RSP, %rsp
	pop_callee_saved
	ret

	.section .note.GNU-stack, "", @progbits
