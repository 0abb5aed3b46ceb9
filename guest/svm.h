/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest that runs a nested guest by SVM - APM 2, chapter 15 and appendix B.
 */
#ifndef GUEST_SVM_H
#define GUEST_SVM_H

#include "x86.h"

#define SVM_EXIT_EXCEPTION	0x040	/* and the vector */
#define SVM_EXIT_INTR		0x060
#define SVM_EXIT_NMI		0x061
#define SVM_EXIT_SMI		0x062
#define SVM_EXIT_VINTR		0x064
#define SVM_EXIT_SHUTDOWN	0x07f
#define SVM_EXIT_VMMCALL	0x081
#define SVM_EXIT_NPF		0x400
#define SVM_EXIT_INVALID	(-1ull)

/* intercept[0] and intercept[1], at offsets 0xc and 0x10 (APM 2, table B-1). */
#define INTERCEPT_INTR		BIT(0)
#define INTERCEPT_NMI		BIT(1)
#define INTERCEPT_SMI		BIT(2)
#define INTERCEPT_VINTR		BIT(4)
#define INTERCEPT_SHUTDOWN	BIT(31)
#define INTERCEPT_1_VMRUN	BIT(0)	/* VMRUN requires it */
#define INTERCEPT_1_VMMCALL	BIT(1)

/* int_ctl */
#define V_IRQ			BIT(8)
#define V_IGN_TPR		BIT(20)
#define V_INTR_MASKING		BIT(24)

/* event_inj, and exit_int_info */
#define EVENT_TYPE(n)		((u64)(n) << 8)
#define EVENT_TYPE_MASK		EVENT_TYPE(7)
#define   EVENT_TYPE_INTR	EVENT_TYPE(0)
#define   EVENT_TYPE_NMI	EVENT_TYPE(2)
#define   EVENT_TYPE_EXCEPTION	EVENT_TYPE(3)
#define   EVENT_TYPE_SOFT	EVENT_TYPE(4)
#define EVENT_HAS_ERROR_CODE	BIT(11)
#define EVENT_VALID		BIT(31)

#define NESTED_PAGING		BIT(0)	/* nested_control */

struct vmcb_segment {
	u16 selector, attributes;
	u32 limit;
	u64 base;
};

struct vmcb {
	u32 intercept_cr, intercept_dr, intercept_exception, intercept[3];
	u8 unused1[0x40 - 0x18];
	u64 iopm_base, msrpm_base;
	u8 unused2[0x58 - 0x50];
	u32 asid;
	u8 tlb_control;
	u8 unused3[0x60 - 0x5d];
	u32 int_ctl, int_vector;
	u64 int_state;
	u64 exit_code, exit_info[2], exit_int_info;
	u64 nested_control;
	u8 unused4[0xa8 - 0x98];
	u64 event_inj, nested_cr3;
	u8 unused5[0x400 - 0xb8];
	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	u8 unused6[0x4d0 - 0x4a0];
	u64 efer;
	u8 unused7[0x548 - 0x4d8];
	u64 cr4, cr3, cr0, dr7, dr6, rflags, rip;
	u8 unused8[0x5d8 - 0x580];
	u64 rsp;
	u8 unused9[0x5f8 - 0x5e0];
	u64 rax;
	u8 unused10[0x640 - 0x600];
	u64 cr2;
	u8 unused11[0x668 - 0x648];
	u64 g_pat;
	u8 unused12[0x1000 - 0x670];
};

_Static_assert(offsetof(struct vmcb, exit_code) == 0x70, "APM 2, table B-1");
_Static_assert(offsetof(struct vmcb, int_ctl) == 0x60, "APM 2, table B-1");
_Static_assert(offsetof(struct vmcb, nested_cr3) == 0xb0, "APM 2, table B-1");
_Static_assert(offsetof(struct vmcb, es) == 0x400, "APM 2, table B-2");
_Static_assert(offsetof(struct vmcb, rip) == 0x578, "APM 2, table B-2");
_Static_assert(offsetof(struct vmcb, cr2) == 0x640, "APM 2, table B-2");
_Static_assert(sizeof(struct vmcb) == 0x1000, "APM 2, appendix B");

/* svm_enable() - set EFER.SVME; return NULL, or UNSEEN_HOST and why this vCPU has no SVM. */
const char *svm_enable(void);

/* svm_nested_paging() - return NULL, or UNSEEN_HOST and why there is no nested paging. */
const char *svm_nested_paging(void);

/* clgi() - return the vector that CLGI raised, or 0. */
int clgi(void);
void stgi(void);

/*
 * svm_prepare() - fill in a VMCB for a nested guest with the state of this vCPU, which
 * exits only at VMMCALL.
 * @nested_paging: use nested page tables, an identity map of the first GiB
 *
 * svm_run() - run @function in the nested guest at CPL0 with interrupts off.  Return the
 * exit code: SVM_EXIT_VMMCALL if @function has returned.
 *
 * svm_call(), svm_enter() - the same in two steps: make @vmcb begin with @function, and run the
 * nested guest from where @vmcb begins.  GIF is 0 on return, until stgi().
 */
void svm_prepare(struct vmcb *vmcb, bool nested_paging);
u64 svm_run(struct vmcb *vmcb, void (*function)(void));
void svm_call(struct vmcb *vmcb, void (*function)(void));
u64 svm_enter(struct vmcb *vmcb);

/* svm_left() - return from svm_enter(), after the VMM has put this vCPU from L2 into L1. */
_Noreturn void svm_left(void);

#endif
