/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The services that act on a VM's file, not on a vCPU's; protocol.h says what each takes
 * and returns.
 */
#ifndef RUN_VM_SERVICE_H
#define RUN_VM_SERVICE_H

#include "run/vm.h"

int64_t vm_service_signal_msi(struct vcpu *v, uint64_t arg[6]);
int64_t vm_service_irqfd_msi(struct vcpu *v, uint64_t arg[6]);
int64_t vm_service_irq_line(struct vcpu *v, uint64_t arg[6]);
int64_t vm_service_create_vm(struct vcpu *v, uint64_t arg[6]);
int64_t vm_service_enable_cap(struct vcpu *v, uint64_t arg[6]);
int64_t vm_service_check_extension(struct vcpu *v, uint64_t arg[6]);
int64_t vm_service_set_msr_filter(struct vcpu *v, uint64_t arg[6]);
int64_t vm_service_set_memory(struct vcpu *v, uint64_t arg[6]);

#endif
