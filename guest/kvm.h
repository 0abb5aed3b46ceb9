/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's headers, and definitions that those of Debian 12 (Linux 6.1) lack.
 */
#ifndef GUEST_KVM_H
#define GUEST_KVM_H

#include <asm/kvm_para.h>
#include <linux/errno.h>
#include <linux/kvm.h>
#include <linux/kvm_para.h>

#ifndef KVM_CAP_X86_APIC_BUS_CYCLES_NS
#define KVM_CAP_X86_APIC_BUS_CYCLES_NS		237
#endif

#ifndef KVM_CAP_PMU_EVENT_MASKED_EVENTS
#define KVM_CAP_PMU_EVENT_MASKED_EVENTS		226
#define KVM_PMU_EVENT_FLAG_MASKED_EVENTS	(1 << 0)
#endif

#ifndef KVM_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST
#define KVM_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST	(1 << 2)
#define KVM_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST	(1 << 3)
#endif

#ifndef KVM_X86_DISABLE_EXITS_APERFMPERF
#define KVM_X86_DISABLE_EXITS_APERFMPERF	(1 << 4)
#endif

#ifndef KVM_X86_QUIRK_SLOT_ZAP_ALL
#define KVM_X86_QUIRK_SLOT_ZAP_ALL		(1 << 7)
#endif
#ifndef KVM_X86_QUIRK_STUFF_FEATURE_MSRS
#define KVM_X86_QUIRK_STUFF_FEATURE_MSRS	(1 << 8)
#endif
#ifndef KVM_X86_QUIRK_IGNORE_GUEST_PAT
#define KVM_X86_QUIRK_IGNORE_GUEST_PAT		(1 << 9)
#endif
#ifndef KVM_X86_QUIRK_VMCS12_ALLOW_FREEZE_IN_SMM
#define KVM_X86_QUIRK_VMCS12_ALLOW_FREEZE_IN_SMM	(1 << 10)
#endif
#ifndef KVM_X86_QUIRK_NESTED_SVM_SHARED_PAT
#define KVM_X86_QUIRK_NESTED_SVM_SHARED_PAT	(1 << 11)
#endif

#endif
