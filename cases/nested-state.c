// SPDX-License-Identifier: GPL-2.0-only
/*
 * Saving and restoring a vCPU that runs a nested guest - api.rst 4.114, 4.115
 *
 * What a vCPU has of VMX or SVM beyond its registers is in no register: whether VMX is on, which
 * VMCS is current, and whether L2 runs, with KVM's copy of its VMCS or VMCB.  A VMM that moves a VM
 * gets this by KVM_GET_NESTED_STATE and sets it by KVM_SET_NESTED_STATE, at any time.
 *
 * The VMM sets what it has just got, in each of these states.  Then nothing has changed, and L1 can
 * go on: run L2, or return from L2.
 */
#include "case.h"
#include "host.h"
#include "nested.h"

CASE("nested-state", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

static struct {
	struct kvm_nested_state head;
	u8 data[0x4000];		/* more than any KVM needs */
} state;

static const char *unseen;	/* why this vCPU runs no nested guest, or NULL */
static s64 got, set, got_less;
static u32 size, wanted;	/* that KVM_GET_NESTED_STATE has returned */

static s64 get(u32 room)
{
	state.head = (struct kvm_nested_state) { .size = room };
	return vcpu_ioctl(this_cpu()->index, KVM_GET_NESTED_STATE, &state);
}

static void get_and_set(void)
{
	got = get(sizeof(state.data));
	size = state.head.size;
	set = got ? got : vcpu_ioctl(this_cpu()->index, KVM_SET_NESTED_STATE, &state);
	got_less = get(size - 1);
	wanted = state.head.size;
}

static void nothing(void)
{
}

static void observe_state(const char *scope)
{
	SCOPE(scope);
	note("size %u", size);
	observe("get", unseen ? unseen : host_result(got));
	observe("set", unseen ? unseen : host_result(set));
	observe("too-small", unseen ? unseen : host_result(got_less));
	observe("too-small.size", unseen ? unseen : wanted == size ? "required" : "other");
}

static void observe_states(void)
{
	struct nested_exit e = {};

	unseen = nested_begin();
	if (!unseen)
		get_and_set();
	observe_state("on");
	if (!unseen)
		e = nested_run(nothing, 0);
	observe("on.then-l2", unseen ? unseen : e.why);

	if (!unseen)
		get_and_set();
	observe_state("after-l2");
	if (!unseen)
		e = nested_run(get_and_set, 0);
	observe_state("in-l2");
	observe("in-l2.then-l1", unseen ? unseen : e.why);

	if (!unseen) {
		nested_end();
		get_and_set();
	}
	observe_state("off");
	observe("maximum", unseen ? unseen :
		check_extension(KVM_CAP_NESTED_STATE) >= size ? "enough" : "less");
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_states);
}
