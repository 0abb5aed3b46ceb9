// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VMM that ends the nested guest - KVM_SET_NESTED_STATE, and APM 2, 15.6
 *
 * #VMEXIT clears all intercepts and reloads the hypervisor's state.  A VMM can do without: it
 * sets a nested state in which no nested guest runs, and the registers of L1.  The vCPU must
 * then be L1: exceptions that L1 has intercepted of L2 are L1's own now.
 *
 * The nested guest's CR4 differs from L1's: KVM resets its MMU only if KVM_SET_SREGS changes a
 * register.
 */
#include "case.h"
#include "host.h"
#include "svm.h"

CASE("svm-leave", .vcpus = 2, .only_kvm = 1);
VARIANT("default");

static struct vmcb vmcb __attribute__((aligned(0x1000)));

static struct {
	struct kvm_nested_state head;
	u8 data[sizeof(struct kvm_nested_state)];	/* unused: no L2 */
} state;
static struct kvm_sregs sregs;			/* of L1 */
static s64 set;

static void leave(void)
{
	state.head = (struct kvm_nested_state) {
		.flags = KVM_STATE_NESTED_GIF_SET, .format = KVM_STATE_NESTED_FORMAT_SVM,
		.size = sizeof(state.data),
	};
	set = HOST_CALL(TARGET_VCPU, this_cpu()->index, STEP(KVM_SET_NESTED_STATE, &state),
			STEP(KVM_SET_SREGS, &sregs));
	svm_left();
}

static void nothing(void)
{
}

/* #BP is a trap: it is reported at the next instruction. */
static int raise_bp(void)
{
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("int3\n1: nop\n2:\n" FIXUP : "+r"(vector));
	return vector;
}

static void observe_leave(const char *scope, bool nested_paging, const char *unseen)
{
	SCOPE(scope);
	if (!unseen) {
		svm_prepare(&vmcb, nested_paging);
		vmcb.intercept_exception = BIT(X86_TRAP_BP);
		vmcb.cr4 ^= X86_CR4_DE;
		vcpu_ioctl(this_cpu()->index, KVM_GET_SREGS, &sregs);
		svm_run(&vmcb, leave);
	}
	observe("set", unseen ? unseen : host_result(set));
	observe("exception", unseen ? unseen : fault_name(raise_bp()));
	observe("then-l2", unseen ? unseen :
		svm_run(&vmcb, nothing) == SVM_EXIT_VMMCALL ? "returned" : "other");
}

static void observe_both(void)
{
	const char *unseen = svm_enable(), *no_npt = unseen ? unseen : svm_nested_paging();

	observe_leave("no-npt", false, unseen);
	observe_leave("npt", true, no_npt);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_both);
}
