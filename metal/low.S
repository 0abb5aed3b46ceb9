/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The code of the low pages (low.h): a SIPI starts the other CPUs here, and the
 * first CPU enters the payload and returns to the firmware here.
 *
 * It runs from a copy, so its addresses are relative to low_start.
 */
#include "callee_saved.h"
#include "low.h"
#include "protocol.h"

#define HERE(symbol)		(symbol - low_start)
#define DATA(field)		low_start + LOW_DATA + field(%rip)

#define CODE32			0x08		/* in addition to the payload's selectors */
#define RING_NMI		3
#define CR0_CD			0x40000000
#define EFER_LME		0x100
#define APICBASE_BSP		0x100
#define APICBASE_EXTD		0x400
#define APICBASE_ENABLE		0x800
#define ICR_NMI			0x4400

/* struct low.saved */
#define SAVED_RSP		LOW_SAVED
#define SAVED_CR0		LOW_SAVED + 0x08
#define SAVED_CR3		LOW_SAVED + 0x10
#define SAVED_CR4		LOW_SAVED + 0x18
#define SAVED_GDTR		LOW_SAVED + 0x20
#define SAVED_IDTR		LOW_SAVED + 0x30
#define SAVED_CS		LOW_SAVED + 0x40
#define SAVED_SS		LOW_SAVED + 0x48
#define SAVED_DS		LOW_SAVED + 0x50
#define SAVED_ES		LOW_SAVED + 0x58
#define SAVED_FS		LOW_SAVED + 0x60
#define SAVED_GS		LOW_SAVED + 0x68

	.text
	.balign	4096
	.globl	low_start, low_end, low_enter, low_doorbell

/* Another CPU starts here, in real mode at CS:0. */
	.code16
low_start:
	cli
	mov	%cs, %ax
	mov	%ax, %ds
	xor	%ebp, %ebp
	mov	%ax, %bp
	shl	$4, %ebp			/* linear address of this copy */
	lea	HERE(gdt)(%ebp), %eax
	mov	%eax, HERE(gdtr) + 2
	lea	HERE(protected)(%ebp), %eax
	mov	%eax, HERE(far_pointer)
	lidtl	HERE(no_idt)
	lgdtl	HERE(gdtr)
	mov	$0x11, %eax			/* ET, PE: caches on */
	mov	%eax, %cr0
	ljmpl	*HERE(far_pointer)

	.code32
protected:
	mov	$KERNEL_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss

	/* %esi: this CPU's initial APIC ID, by CPUID; a payload may have written another. */
	mov	$1, %eax
	cpuid
	shr	$24, %ebx
	mov	%ebx, %esi
	xor	%eax, %eax
	cpuid
	cmp	$0xb, %eax
	jb	1f
	mov	$0xb, %eax
	xor	%ecx, %ecx
	cpuid
	test	%ebx, %ebx
	jz	1f
	mov	%edx, %esi
1:
	/* As a vCPU starts: in xAPIC mode, with that ID. */
	mov	$0x1b, %ecx
	rdmsr
	test	$APICBASE_EXTD, %eax
	jz	2f
	cmpl	$0, LOW_DATA + LOW_KEEP_X2APIC(%ebp)
	jne	3f
	and	$~(APICBASE_EXTD | APICBASE_ENABLE), %eax
	wrmsr
	or	$APICBASE_ENABLE, %eax
	wrmsr
2:	mov	%esi, %eax
	shl	$24, %eax
	mov	%eax, 0xfee00020
3:
	/* An earlier payload may have changed only this CPU's MTRRs: load the saved ones. */
	mov	%cr0, %eax
	or	$CR0_CD, %eax
	mov	%eax, %cr0
	wbinvd
	lea	LOW_DATA + LOW_MSRS(%ebp), %ebx
	imul	$LOW_MSR_SIZE, LOW_DATA + LOW_NR_MSRS(%ebp), %edi
	add	%ebx, %edi
7:	cmp	%edi, %ebx
	jae	8f
	mov	(%ebx), %ecx
	mov	4(%ebx), %eax
	mov	8(%ebx), %edx
	wrmsr
	add	$LOW_MSR_SIZE, %ebx
	jmp	7b
8:	wbinvd
	mov	%cr0, %eax
	and	$~CR0_CD, %eax
	mov	%eax, %cr0

	xor	%edi, %edi
4:	cmp	LOW_DATA + LOW_NR_IDS(%ebp), %edi
	jae	5f
	cmp	LOW_DATA + LOW_IDS(%ebp,%edi,4), %esi
	je	6f
	inc	%edi
	jmp	4b
5:	cli
	hlt
	jmp	5b
6:
	mov	LOW_DATA + LOW_CR4(%ebp), %eax
	mov	%eax, %cr4
	mov	LOW_DATA + LOW_CR3(%ebp), %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx
	rdmsr
	or	$EFER_LME, %eax
	wrmsr
	mov	LOW_DATA + LOW_CR0(%ebp), %eax
	mov	%eax, %cr0
	lea	HERE(long_mode)(%ebp), %eax
	mov	%eax, HERE(far_pointer64)(%ebp)
	ljmpl	*HERE(far_pointer64)(%ebp)

	.code64
long_mode:
	mov	%ebp, %ebp
	jmp	*LOW_DATA + LOW_ENTRY(%rbp)

/*
 * u32 low_enter(u64 index, u64 id) - run the payload on this CPU, with interrupts
 * off, until it rings the doorbell; return enum ring.
 */
low_enter:
	push_callee_saved
	mov	%rsp, DATA(SAVED_RSP)
	mov	%cr0, %rax
	mov	%rax, DATA(SAVED_CR0)
	mov	%cr3, %rax
	mov	%rax, DATA(SAVED_CR3)
	mov	%cr4, %rax
	mov	%rax, DATA(SAVED_CR4)
	sgdt	DATA(SAVED_GDTR)
	sidt	DATA(SAVED_IDTR)
	mov	%cs, DATA(SAVED_CS)
	mov	%ss, DATA(SAVED_SS)
	mov	%ds, DATA(SAVED_DS)
	mov	%es, DATA(SAVED_ES)
	mov	%fs, DATA(SAVED_FS)
	mov	%gs, DATA(SAVED_GS)

	mov	DATA(LOW_CR4), %rax		/* no CET from here on */
	mov	%rax, %cr4
	lea	gdt(%rip), %rax
	mov	%rax, gdtr + 2(%rip)
	lidt	no_idt(%rip)
	lgdt	gdtr(%rip)
	push	$KERNEL_CS
	lea	1f(%rip), %rax
	push	%rax
	lretq
1:	mov	$KERNEL_DS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	DATA(LOW_CR3), %rax		/* and no stack from here on */
	mov	%rax, %cr3
	mov	DATA(LOW_CR0), %rax
	mov	%rax, %cr0
	jmp	*DATA(LOW_ENTRY)

/*
 * void low_doorbell(enum ring why, const struct exception *e) - the payload calls it
 * instead of writing to a port.  It returns only if an NMI does not end the payload.
 */
low_doorbell:
	mov	$0x1b, %ecx
	rdmsr
	test	$APICBASE_BSP, %eax
	jz	of_another_cpu
	cmp	$RING_NMI, %edi
	jne	leave
	cmpl	$0, DATA(LOW_RANG)
	jne	back
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	cmp	DATA(LOW_DEADLINE), %rax
	jae	leave
	ret

/* Another CPU ends the payload: store why, and send the first CPU an NMI. */
of_another_cpu:
	cmp	$RING_NMI, %edi
	je	2f
	mov	%edi, DATA(LOW_WHY)
	mov	%rsi, DATA(LOW_FRAME)
	movl	$1, DATA(LOW_RANG)
	test	$APICBASE_EXTD, %eax
	jnz	1f
	mov	$0xfee00300, %ecx
	mov	DATA(LOW_BSP_ID), %eax
	shl	$24, %eax
	mov	%eax, 0x10(%rcx)
	movl	$ICR_NMI, (%rcx)
	jmp	3f
1:	mov	$0x830, %ecx
	mov	$ICR_NMI, %eax
	mov	DATA(LOW_BSP_ID), %edx
	wrmsr
3:	cli
	hlt
	jmp	3b
2:	ret

leave:
	mov	%edi, DATA(LOW_WHY)
	mov	%rsi, DATA(LOW_FRAME)
back:
	cli
	mov	DATA(SAVED_CR0), %rax		/* caches on */
	mov	%rax, %cr0
	mov	DATA(SAVED_CR3), %rax
	mov	%rax, %cr3
	mov	DATA(SAVED_RSP), %rsp
	lgdt	DATA(SAVED_GDTR)
	mov	DATA(SAVED_DS), %ds
	mov	DATA(SAVED_ES), %es
	mov	DATA(SAVED_FS), %fs
	mov	DATA(SAVED_GS), %gs
	/* Use IRETQ: this may be an NMI's handler, and only IRETQ unblocks the next NMI. */
	mov	%rsp, %rax
	pushq	DATA(SAVED_SS)
	push	%rax
	push	$2				/* RFLAGS: interrupts off */
	pushq	DATA(SAVED_CS)
	lea	1f(%rip), %rax
	push	%rax
	iretq
1:	lidt	DATA(SAVED_IDTR)
	mov	DATA(SAVED_CR4), %rax
	mov	%rax, %cr4
	movzwl	DATA(LOW_TR), %eax
	test	%eax, %eax			/* a null TR cannot be loaded: */
	jz	2f				/* keep the payload's, which does no harm */
	mov	2 + DATA(SAVED_GDTR), %rdx
	andb	$~2, 5(%rdx,%rax)		/* clear the busy bit */
	ltr	%ax
2:	pop_callee_saved
	mov	DATA(LOW_WHY), %eax
	ret

	.balign	8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff		/* CODE32 */
	.quad	0x00af9b000000ffff		/* KERNEL_CS */
	.quad	0x00cf93000000ffff		/* KERNEL_DS */
gdt_end:
gdtr:	.word	gdt_end - gdt - 1
	.quad	0				/* filled in before LGDT */
no_idt:	.word	0
	.quad	0
far_pointer:
	.long	0
	.word	CODE32
far_pointer64:
	.long	0
	.word	KERNEL_CS
low_end:
	.org	low_start + LOW_DATA		/* fails if the code reaches into struct low */

	.section .note.GNU-stack, "", @progbits
