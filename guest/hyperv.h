/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hyper-V as KVM emulates it: names of the Top Level Functional Specification (TLFS).
 */
#ifndef GUEST_HYPERV_H
#define GUEST_HYPERV_H

/* HYPERV_IN_CPUID - a field: CPUID identifies a hypervisor that has Hyper-V's interface. */
#define HYPERV_CPUID_INTERFACE	0x40000001
#define HYPERV_SIGNATURE	0x31237648	/* "Hv#1" */
#define HYPERV_IN_CPUID		\
	.cpuid = {{ .leaf = HYPERV_CPUID_INTERFACE, .set = HYPERV_SIGNATURE, .clear = ~HYPERV_SIGNATURE }}

#define HV_X64_MSR_GUEST_OS_ID		0x40000000
#define HV_X64_MSR_HYPERCALL		0x40000001	/* where the hypercall page is */
#define HV_X64_MSR_VP_INDEX		0x40000002
#define HV_X64_MSR_VP_ASSIST_PAGE	0x40000073
#define HV_X64_MSR_SCONTROL		0x40000080
#define HV_X64_MSR_SVERSION		0x40000081
#define HV_X64_MSR_SIEFP		0x40000082	/* event flags page */
#define HV_X64_MSR_SIMP			0x40000083	/* message page */
#define HV_X64_MSR_EOM			0x40000084
#define HV_X64_MSR_SINT(n)		(0x40000090 + (n))
#define HV_X64_MSR_STIMER_CONFIG(n)	(0x400000b0 + 2 * (n))
#define HV_X64_MSR_STIMER_COUNT(n)	(0x400000b1 + 2 * (n))

#define HYPERV_CPUID_FEATURES		0x40000003
#define HYPERV_CPUID_ENLIGHTMENT_INFO	0x40000004

#define HVCALL_FLUSH_EX			0x13	/* HvCallFlushVirtualAddressSpaceEx */
#define HVCALL_SEND_IPI_EX		0x15	/* HvCallSendSyntheticClusterIpiEx */
#define HV_HYPERCALL_FAST		BIT(16)
#define HV_HYPERCALL_VARHEAD_OFFSET	17	/* how many words follow the fixed part */
#define HV_STATUS_SUCCESS		0
#define HV_STATUS_INVALID_HYPERCALL_INPUT	3
#define HV_STATUS_ACCESS_DENIED		6
#define HV_MAX_BANKS			64	/* of 64 virtual processors each */

#define HV_MSR_ENABLE			1	/* of the page in an MSR */

#endif
