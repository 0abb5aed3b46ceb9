// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz the host calls of a guest.
 *
 * Input: struct host_call; the rest fills the payload's memory.
 */
#include "kvm.h"

#define FILLED		(64 << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct host host;
	static struct case_file c = { .name = (char *)"case", .boot.mailbox = IMAGE_BASE };
	static struct vm_note note = { .name = "fuzz", .vcpus = 1 };
	static struct kvm_run run;
	static struct vcpu vcpu = { .run = &run };
	static struct vm vm = { .host = &host, .c = &c, .note = &note, .expired = true };
	struct host_call *call;

	vm.memory = guest();
	vm.vcpus = &vcpu;
	vcpu.vm = &vm;
	vm.nr_vcpus = 1;
	vm.other_fd = touched & 1 ? 0 : -1;
	call = &((struct mailbox *)(vm.memory + IMAGE_BASE))->call[0];
	memset(call, 0, sizeof(*call));
	memcpy(call, data, size < sizeof(*call) ? size : sizeof(*call));
	if (size > sizeof(*call)) {
		size -= sizeof(*call);
		memcpy(vm.memory + PAGE_BASE - FILLED, data + sizeof(*call), size < FILLED ? size : FILLED);
	}
	track(true);
	if (!setjmp(finished))
		host_call(&vcpu);
	track(false);
	return 0;
}
