// SPDX-License-Identifier: GPL-2.0-only
#include "service.h"

#include <errno.h>

#include "vcpu.h"

typedef int64_t (*service)(struct vcpu *v, uint64_t arg[6]);

static int64_t get_supported_cpuid(struct vcpu *v, uint64_t arg[6])
{
	const struct kvm_cpuid2 *cpuid = v->vm->platform->cpuid;

	for (uint32_t i = 0; i < cpuid->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &cpuid->entries[i];

		if (e->function != arg[0] || e->index != arg[1])
			continue;
		arg[0] = e->eax;
		arg[1] = e->ebx;
		arg[2] = e->ecx;
		arg[3] = e->edx;
		return 0;
	}
	return -ENOENT;
}

static const service services[NR_SERVICES] = {
	[SERVICE_GET_SUPPORTED_CPUID] = get_supported_cpuid,
};

void service_call(struct vcpu *v)
{
	struct call *slot = &vm_mailbox(v->vm)->call[v->index];
	struct call call = *slot;

	if (call.service >= NR_SERVICES)
		call.ret = -ENOSYS;
	else
		call.ret = services[call.service](v, call.arg);
	vm_trace(v->vm, "vCPU %u: service %lu = %ld", v->index, call.service, call.ret);
	*slot = call;
}
