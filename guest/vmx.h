/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest that runs a nested guest by VMX - SDM 3C, chapters 25 to 28 and appendix B.
 */
#ifndef GUEST_VMX_H
#define GUEST_VMX_H

#include "x86.h"

#define VMX_ENTRY_LOAD_DEBUG_CONTROLS	BIT(2)

/*
 * vmx_begin() - enter VMX operation; return NULL, or UNSEEN_HOST and why this vCPU cannot.
 * vmx_end() - leave VMX operation.
 */
const char *vmx_begin(void);
void vmx_end(void);

/* vmx_can_set(), vmx_can_clear() - return whether a VM-entry control can be set, or clear. */
bool vmx_can_set(u32 entry_control);
bool vmx_can_clear(u32 entry_control);

/*
 * vmx_run() - run a nested guest with the state of this vCPU, at CPL0 with interrupts off,
 * which only executes VMCALL.
 * @debugctl: its IA32_DEBUGCTL, loaded if @entry_controls has VMX_ENTRY_LOAD_DEBUG_CONTROLS
 *
 * Return "runs"; "invalid-state" if VM entry refuses the guest state; "vm-fail" if it refuses
 * the controls or the host state; or "other-exit".
 */
const char *vmx_run(u64 debugctl, u32 entry_controls);

#endif
