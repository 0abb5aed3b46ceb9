/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest that runs a nested guest by VMX - SDM 3C, chapters 25 to 28 and appendix B.
 */
#ifndef GUEST_VMX_H
#define GUEST_VMX_H

#include "x86.h"

#define CPUID_1_ECX_VMX			BIT(5)

/* Fields of the VMCS, by their encoding, as in the kernel's asm/vmx.h (SDM 3C, appendix B). */
#define EXCEPTION_BITMAP		0x4004
#define VM_EXIT_CONTROLS		0x400c
#define   VM_EXIT_SAVE_IA32_PAT		BIT(18)
#define   VM_EXIT_LOAD_IA32_PAT		BIT(19)
#define VM_EXIT_MSR_STORE_COUNT		0x400e
#define VM_EXIT_MSR_LOAD_COUNT		0x4010
#define VM_ENTRY_CONTROLS		0x4012
#define   VM_ENTRY_LOAD_DEBUG_CONTROLS	BIT(2)
#define   VM_ENTRY_LOAD_IA32_PAT	BIT(14)
#define VM_ENTRY_MSR_LOAD_COUNT		0x4014
#define VM_EXIT_INTR_INFO		0x4404
#define VM_EXIT_MSR_STORE_ADDR		0x2006
#define VM_EXIT_MSR_LOAD_ADDR		0x2008
#define VM_ENTRY_MSR_LOAD_ADDR		0x200a
#define GUEST_IA32_DEBUGCTL		0x2802
#define GUEST_IA32_PAT			0x2804
#define HOST_IA32_PAT			0x2c00
#define GUEST_SYSENTER_CS		0x482a
#define HOST_IA32_SYSENTER_CS		0x4c00
#define EXIT_QUALIFICATION		0x6400

/* An element of the lists of MSRs that VM entry loads, and VM exit stores and loads. */
struct vmx_msr_entry {
	u32 index, reserved;
	u64 value;
} __attribute__((aligned(16)));

/*
 * vmx_begin() - enter VMX operation; return NULL, or UNSEEN_HOST and why this vCPU cannot.
 * vmx_end() - leave VMX operation.
 * vmxon_safe() - VMXON, whatever IA32_FEATURE_CONTROL says; return the vector that it raised, or 0.
 */
#define MSR_IA32_FEATURE_CONTROL	0x3a
#define FEATURE_CONTROL_LOCKED	BIT(0)
#define FEATURE_CONTROL_VMXON	BIT(2)		/* outside SMX */
const char *vmx_begin(void);
void vmx_end(void);
int vmxon_safe(void);

/*
 * vmx_prepare() - make a new VMCS current: guest and host have the state of this vCPU, and only
 * VMCALL exits.
 * vmwrite(), vmread() - change that; vmwrite_control() sets or clears bits of VM_ENTRY_CONTROLS
 * or VM_EXIT_CONTROLS, and returns false if this CPU does not let them be so.
 */
void vmx_prepare(void);
void vmwrite(u64 field, u64 value);
u64 vmread(u64 field);
bool vmwrite_control(u64 field, u32 bits, bool set);

/*
 * vmx_run() - run @function in the nested guest at CPL0 with interrupts off.
 *
 * Return the exit reason: VMX_EXIT_VMCALL if @function has returned.  VMX_ENTRY_FAILED is set in
 * it if VM entry has refused the guest's state or could not load an MSR.  Return VMX_FAIL if VM
 * entry has refused the controls or the host's state.
 */
#define VMX_EXIT_EXCEPTION	0
#define VMX_EXIT_TRIPLE_FAULT	2
#define VMX_EXIT_VMCALL		18
#define VMX_EXIT_INVALID_STATE	33
#define VMX_EXIT_MSR_LOAD	34
#define VMX_ENTRY_FAILED	BIT(31)
#define VMX_FAIL		0xffffffffu
u32 vmx_run(void (*function)(void));

#define VMX_ABORT_SAVE_GUEST_MSR_FAIL	1
#define VMX_ABORT_LOAD_HOST_MSR_FAIL	4
/* vmx_abort_indicator() - VMCLEAR, and return the VMX-abort indicator of the VMCS. */
u32 vmx_abort_indicator(void);

#endif
