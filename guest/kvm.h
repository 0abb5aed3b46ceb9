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
#define KVM_X86_QUIRK_CD_NW_CLEARED		(1 << 1)
#define KVM_X86_QUIRK_IGNORE_GUEST_PAT		(1 << 9)

#endif
