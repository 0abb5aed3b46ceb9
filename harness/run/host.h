/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * This host: its facts, and its KVM.
 */
#ifndef RUN_HOST_H
#define RUN_HOST_H

#include <linux/kvm.h>

#include "record/facts.h"

struct host {
	struct facts facts;
	int kvm;			/* /dev/kvm, or -1 */
	char *no_kvm;			/* why it is -1, and the remedy */
	char *broken;			/* why nothing can be run or judged here, or NULL */
	struct kvm_cpuid2 *cpuid;	/* KVM_GET_SUPPORTED_CPUID */
};

/* host_read() - collect all facts, and open /dev/kvm. */
void host_read(struct host *h);
void host_free(struct host *h);

#endif
