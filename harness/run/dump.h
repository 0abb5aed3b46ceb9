/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What KVM gives the CPU for a vCPU, as KVM itself prints it: the VMCB or VMCS of
 * an entry that the CPU has refused.
 */
#ifndef RUN_DUMP_H
#define RUN_DUMP_H

#include <stdint.h>

#include "protocol.h"
#include "run/vcpu.h"

/* arch/x86/mm/pat/memtype.c pat_bp_init(): the host's PAT */
#define LINUX_PAT		0x0407050600070106

struct dump {
	enum paging paging;
	uint64_t cr0;
	uint64_t pat;			/* of the guest; the host's where KVM gives none */
	uint64_t root;			/* of the tables that translate to physical addresses */
	unsigned int levels;		/* of them */
	uint32_t event;			/* EVENTINJ, VM-entry interruption information */
};

/* dump_is_known() - whether this KVM prints one: kvm_amd and kvm_intel do. */
bool dump_is_known(const struct host *host);

/*
 * dump_guard() - before anything is dumped: the host's parameter that has KVM
 * print becomes what it is now, when this process and all its children have gone,
 * whoever has killed them.
 */
void dump_guard(const struct host *host);

/* dump_unguard() - the same at once, when all children have gone. */
void dump_unguard(void);

/*
 * dump_vcpu() - have the CPU refuse this vCPU, which is out of the guest and has
 * completed its last exit, and read what KVM prints then.  Of a KVM that does.
 *
 * The way is the same on both vendors: DR7[63:32] must be zero (APM 2, 15.5.1;
 * SDM 3C, "Checks on Guest Control Registers, Debug Registers, and MSRs"), and
 * KVM_SET_GUEST_DEBUG takes any.  It touches nothing else of the vCPU, so that
 * what is printed is what KVM had given the CPU anyway.
 *
 * Returns 0; -EAGAIN, where another VM's is among it; or -EPERM and *@why there is
 * none, with what would help, which the caller frees.
 */
int dump_vcpu(struct vcpu *v, struct dump *d, char **why);

/*
 * dump_parse() - what KVM has printed, of the kernel's @log.
 *
 * Returns 0; -EAGAIN, where it has printed two; -EPERM, where it has none that is whole.
 */
int dump_parse(const struct facts *facts, const char *log, struct dump *d);

#endif
