/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What KVM gives the CPU for a vCPU, as KVM prints it: the VMCB or VMCS of a VM
 * entry that the CPU refuses.
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
	uint64_t pat;			/* the guest's; the host's if KVM sets none */
	uint64_t root;			/* address of the tables that KVM gives the CPU */
	unsigned int levels;		/* of these tables */
	uint32_t event;			/* EVENTINJ, or VM-entry interruption information */
	uint32_t apic;			/* VIRTUAL_... */
};

/* dump_is_known() - return whether this KVM prints dumps: kvm_amd and kvm_intel do. */
bool dump_is_known(const struct host *host);

/*
 * dump_guard() - start a process that waits until this process and all its children
 * have exited, even if they are killed, and then restores the module parameter that
 * makes KVM print dumps.  Call it before the first dump_vcpu().
 */
void dump_guard(const struct host *host);

/* dump_unguard() - have the guard restore the parameter now, after all children have exited. */
void dump_unguard(void);

/*
 * dump_vcpu() - make the CPU refuse to enter this vCPU, and parse what KVM prints.
 * dump_is_known() must hold, and the vCPU must have completed its last exit.
 *
 * The method is the same on both vendors: DR7[63:32] must be zero (APM 2, 15.5.1;
 * SDM 3C, "Checks on Guest Control Registers, Debug Registers, and MSRs"), and
 * KVM_SET_GUEST_DEBUG accepts any value.  This changes no other state of the vCPU, so
 * KVM prints what it would have given the CPU otherwise.
 *
 * Return 0; -EAGAIN if the log also has another VM's dump; or -EPERM, with the
 * reason and the remedy in *@why, which the caller frees.
 */
int dump_vcpu(struct vcpu *v, struct dump *d, char **why);

/*
 * dump_parse() - parse the dump in @log, the kernel's log.
 *
 * Return 0; -EAGAIN if @log has two dumps; -EPERM if it has no whole one.
 */
int dump_parse(const struct facts *facts, const char *log, struct dump *d);

/*
 * kcore_read() - read the 64-bit word at physical address @address of the host into *@word,
 * by /proc/kcore, which root can read.
 *
 * Return NULL, or the reason and the remedy, which the caller frees.
 */
char *kcore_read(uint64_t address, uint64_t *word);

#endif
