/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest that is a hypervisor itself, by VMX - SDM 3C, chapters 25 to 28 and appendix B.
 */
#ifndef GUEST_VMX_H
#define GUEST_VMX_H

#include "x86.h"

#define VMX_ENTRY_LOAD_DEBUG_CONTROLS	BIT(2)

/*
 * vmx_begin() - VMX operation; returns why this vCPU cannot have it, UNSEEN_HOST, or NULL.
 * vmx_end() - leave it.
 */
const char *vmx_begin(void);
void vmx_end(void);

/* vmx_can() - whether a VM-entry control can be set, and be clear. */
bool vmx_can_set(u32 entry_control);
bool vmx_can_clear(u32 entry_control);

/*
 * vmx_run() - a guest in the state that this vCPU is in, at CPL0 with interrupts off,
 * which does nothing but VMCALL.
 * @debugctl: its IA32_DEBUGCTL, loaded with VMX_ENTRY_LOAD_DEBUG_CONTROLS in
 *	@entry_controls
 *
 * Returns "runs"; "invalid-state", if VM entry has refused its state; "vm-fail", if VM entry
 * has refused the rest; or "other-exit".
 */
const char *vmx_run(u64 debugctl, u32 entry_controls);

#endif
