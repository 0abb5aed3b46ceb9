/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest that runs a nested guest by VMX - SDM 3C, chapters 25 to 28 and appendix B.
 */
#ifndef GUEST_VMX_H
#define GUEST_VMX_H

#include "x86.h"

#define CPUID_1_ECX_VMX			BIT(5)
#define MSR_VMX_BASIC			0x480

/* Fields of the VMCS, by their encoding, as in the kernel's asm/vmx.h (SDM 3C, appendix B). */
#define PIN_CONTROLS			0x4000
#define   PIN_INTERRUPT_EXITING		BIT(0)
#define   PIN_NMI_EXITING		BIT(3)
#define   PIN_VIRTUAL_NMIS		BIT(5)
#define   PIN_PREEMPTION_TIMER		BIT(6)
#define PROCESSOR_CONTROLS		0x4002
#define   INTERRUPT_WINDOW_EXITING	BIT(2)
#define   HLT_EXITING			BIT(7)
#define   TPR_SHADOW			BIT(21)
#define   IO_EXITING			BIT(24)
#define   PAUSE_EXITING			BIT(30)
#define SECONDARY_CONTROLS		0x401e
#define   DESCRIPTOR_EXITING		BIT(2)
#define   VMCS_SHADOWING		BIT(14)
#define EXCEPTION_BITMAP		0x4004
#define VM_EXIT_CONTROLS		0x400c
#define   VM_EXIT_SAVE_IA32_PAT		BIT(18)
#define   VM_EXIT_LOAD_IA32_PAT		BIT(19)
#define VM_EXIT_MSR_STORE_COUNT		0x400e
#define VM_EXIT_MSR_LOAD_COUNT		0x4010
#define VM_ENTRY_CONTROLS		0x4012
#define   VM_ENTRY_LOAD_DEBUG_CONTROLS	BIT(2)
#define   VM_ENTRY_LOAD_IA32_PAT	BIT(14)
#define   VM_ENTRY_LOAD_IA32_EFER	BIT(15)
#define VM_ENTRY_MSR_LOAD_COUNT		0x4014
#define VM_ENTRY_INTR_INFO		0x4016
#define TPR_THRESHOLD			0x401c
#define VM_INSTRUCTION_ERROR		0x4400
#define   ERROR_INVALID_CONTROL_FIELD	7
#define   ERROR_INVALID_HOST_STATE	8
#define VM_EXIT_INTR_INFO		0x4404
#define   INTR_INFO_VALID		BIT(31)
#define   INTR_TYPE_RESERVED		(1 << 8)
#define   INTR_TYPE_EXCEPTION		(3 << 8)
#define   INTR_TYPE_SOFTWARE_INTERRUPT	(4 << 8)
#define VM_EXIT_INTR_ERROR_CODE		0x4406
#define IDT_VECTORING_INFO		0x4408
#define IDT_VECTORING_ERROR_CODE	0x440a
#define VM_EXIT_INSTRUCTION_LEN		0x440c
#define VMX_INSTRUCTION_INFO		0x440e
#define VIRTUAL_APIC_PAGE		0x2012
#define VMREAD_BITMAP			0x2026
#define VMWRITE_BITMAP			0x2028
#define VM_EXIT_MSR_STORE_ADDR		0x2006
#define VM_EXIT_MSR_LOAD_ADDR		0x2008
#define VM_ENTRY_MSR_LOAD_ADDR		0x200a
#define LINK_POINTER			0x2800
#define GUEST_IA32_DEBUGCTL		0x2802
#define GUEST_IA32_PAT			0x2804
#define GUEST_IA32_EFER			0x2806
#define HOST_IA32_PAT			0x2c00
#define EXIT_QUALIFICATION		0x6400

/* The segments: ES CS SS DS FS GS LDTR TR; the host's TR is the sixth. */
#define SEGMENTS			8
#define SEGMENT_CS			1
#define SEGMENT_SS			2
#define SEGMENT_TR			7
#define GUEST_SELECTOR(n)		(0x800 + 2 * (n))
#define GUEST_LIMIT(n)			(0x4800 + 2 * (n))
#define GUEST_ACCESS(n)			(0x4814 + 2 * (n))
#define GUEST_BASE(n)			(0x6806 + 2 * (n))
#define HOST_SELECTOR(n)		(0xc00 + 2 * (n))
#define HOST_TR_SELECTOR		0xc0c

#define GUEST_GDTR_LIMIT		0x4810
#define GUEST_IDTR_LIMIT		0x4812
#define GUEST_INTERRUPTIBILITY		0x4824
#define   BLOCKED_BY_NMI		BIT(3)
#define GUEST_ACTIVITY_STATE		0x4826
#define   ACTIVITY_HLT			1
#define GUEST_SYSENTER_CS		0x482a
#define PREEMPTION_TIMER		0x482e
#define HOST_IA32_SYSENTER_CS		0x4c00
#define GUEST_CR0			0x6800
#define GUEST_CR3			0x6802
#define GUEST_CR4			0x6804
#define GUEST_GDTR_BASE			0x6816
#define GUEST_IDTR_BASE			0x6818
#define GUEST_DR7			0x681a
#define GUEST_RSP			0x681c
#define GUEST_RIP			0x681e
#define GUEST_RFLAGS			0x6820
#define GUEST_PENDING_DEBUG		0x6822
#define GUEST_SYSENTER_ESP		0x6824
#define GUEST_SYSENTER_EIP		0x6826
#define HOST_CR0			0x6c00
#define HOST_CR3			0x6c02
#define HOST_CR4			0x6c04
#define HOST_FS_BASE			0x6c06
#define HOST_GS_BASE			0x6c08
#define HOST_TR_BASE			0x6c0a
#define HOST_GDTR_BASE			0x6c0c
#define HOST_IDTR_BASE			0x6c0e
#define HOST_SYSENTER_ESP		0x6c10
#define HOST_RSP			0x6c14
#define HOST_RIP			0x6c16

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
 * vmwrite(), vmread() - change that; vmwrite_control() sets or clears bits of one of the
 * ..._CONTROLS, and returns false if this CPU does not let them be so.
 */
void vmx_prepare(void);
void vmwrite(u64 field, u64 value);
u64 vmread(u64 field);
bool vmwrite_control(u64 field, u32 bits, bool set);

/* vmx_keeps() - return whether a field still has the value @before; if not, note both values. */
bool vmx_keeps(u64 field, u64 before);

/*
 * vmx_run() - run @function in the nested guest at CPL0 with interrupts off.
 * vmx_resume() - after VMX_EXIT_VMCALL, go on behind the VMCALL; the general registers are lost.
 *
 * Return the exit reason: VMX_EXIT_VMCALL if @function has returned.  VMX_ENTRY_FAILED is set in
 * it if VM entry has refused the guest's state or could not load an MSR.  Return VMX_FAIL if VM
 * entry has refused the controls or the host's state.
 */
#define VMX_EXIT_EXCEPTION	0
#define VMX_EXIT_INTERRUPT	1
#define VMX_EXIT_TRIPLE_FAULT	2
#define VMX_EXIT_INIT		3
#define VMX_EXIT_INTERRUPT_WINDOW	7
#define VMX_EXIT_HLT		12
#define VMX_EXIT_VMCALL		18
#define VMX_EXIT_IO		30
#define VMX_EXIT_INVALID_STATE	33
#define VMX_EXIT_MSR_LOAD	34
#define VMX_EXIT_PAUSE		40
#define VMX_EXIT_GDTR_IDTR	46
#define VMX_EXIT_TIMER		52
#define VMX_ENTRY_FAILED	BIT(31)
#define VMX_FAIL		0xffffffffu
u32 vmx_run(void (*function)(void));
u32 vmx_resume(void);

/*
 * vmx_exit_name() - return the name of what vmx_run() has returned: "returned", "#GP", "interrupt",
 * "invalid-state", "vm-fail-control", ..., or "other-exit".
 */
const char *vmx_exit_name(u32 reason);

#define VMX_ABORT_SAVE_GUEST_MSR_FAIL	1
#define VMX_ABORT_LOAD_HOST_MSR_FAIL	4
/* vmx_abort_indicator() - VMCLEAR, and return the VMX-abort indicator of the VMCS. */
u32 vmx_abort_indicator(void);

#endif
