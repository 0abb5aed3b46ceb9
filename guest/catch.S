/* SPDX-License-Identifier: GPL-2.0-only */
#include "callee_saved.h"
#include "protocol.h"

	.text
/*
 * ring_and_catch(why) - ring(), and return, even if the host has injected an exception.
 * The caller has set the gate of its vector to caught, and that of #UD to caught_ud.
 */
	.globl ring_and_catch, caught, caught_ud
ring_and_catch:
	push_callee_saved
	mov %rsp, %rbx
	movq $0, caught_rsp
	movl $0, caught_by_ud
	mov %edi, %eax
	mov $DOORBELL_PORT, %edx
	out %eax, %dx
	jmp 1f
caught_ud:
	movl $1, caught_by_ud
caught:
	mov %rsp, caught_rsp
	mov (%rsp), %rax
	mov %rax, caught_word
	mov %rbx, %rsp
1:	pop_callee_saved
	ret

	.bss
	.balign 8
	.globl caught_rsp, caught_word, caught_by_ud
caught_rsp:	.quad 0
caught_word:	.quad 0
caught_by_ud:	.long 0
	.section .note.GNU-stack, "", @progbits
