/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a VMM sets, by the names that linux/kvm.h and asm/kvm.h have: api.rst 7.7
 * and 7.31.
 */
#ifndef GUEST_KVM_H
#define GUEST_KVM_H

/* KVM_CAP_X2APIC_API */
#define KVM_X2APIC_API_USE_32BIT_IDS		(1 << 0)

/* KVM_CAP_DISABLE_QUIRKS2 */
#define KVM_CAP_DISABLE_QUIRKS			116
#define KVM_CAP_DISABLE_QUIRKS2			213
#define KVM_X86_QUIRK_LINT0_REENABLED		(1 << 0)
#define KVM_X86_QUIRK_CD_NW_CLEARED		(1 << 1)
#define KVM_X86_QUIRK_LAPIC_MMIO_HOLE		(1 << 2)
#define KVM_X86_QUIRK_OUT_7E_INC_RIP		(1 << 3)
#define KVM_X86_QUIRK_MISC_ENABLE_NO_MWAIT	(1 << 4)
#define KVM_X86_QUIRK_FIX_HYPERCALL_INSN	(1 << 5)
#define KVM_X86_QUIRK_MWAIT_NEVER_UD_FAULTS	(1 << 6)
#define KVM_X86_QUIRK_STUFF_FEATURE_MSRS	(1 << 8)
#define KVM_X86_QUIRK_IGNORE_GUEST_PAT		(1 << 9)

#endif
