// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_SET_CPUID2 before and after KVM_RUN - api.rst 4.20
 *
 * A CPU's CPUID does not change while it runs.  KVM keeps much that follows from the guest's
 * CPUID, the width of physical addresses in its page tables for one, and does not adjust it
 * later.  So once a vCPU has entered the guest, KVM_SET_CPUID2 accepts only the entries that
 * the vCPU has, in their order: QEMU sets them again when it plugs in a vCPU that was unplugged.
 *
 * While a vCPU waits for its SIPI, its thread is in KVM_RUN, but the vCPU has not entered the
 * guest yet.  Until it does, the VMM can change everything, unless it restores a vCPU that was
 * in L2: what KVM runs L2 with follows from CPUID, too.
 */
#include "case.h"
#include "host.h"
#include "sipi.h"
#include "svm.h"

CASE("set-cpuid", .vcpus = 2, .ap_start = AP_WAIT_FOR_SIPI, .only_kvm = 1);
VARIANT("default");

#define BRAND		0x80000002u
#define NEW_BRAND	0x6b766d65u

static struct cpuid_table old, new, now;

/* Return the entry of the brand string, which every CPU has and nothing depends on. */
static struct kvm_cpuid_entry2 *brand_of(struct cpuid_table *t)
{
	u32 i = 0;

	while (i + 1 < t->head.nent && t->entries[i].function != BRAND)
		i++;
	return &t->entries[i];
}

static void change_nothing(struct cpuid_table *t)
{
	(void)t;
}

static void reorder(struct cpuid_table *t)
{
	struct kvm_cpuid_entry2 first = t->entries[0];

	t->entries[0] = t->entries[1];
	t->entries[1] = first;
}

static void add_entry(struct cpuid_table *t)
{
	t->entries[t->head.nent++] = (struct kvm_cpuid_entry2) { .function = 0x4fffffff };
}

static void remove_entry(struct cpuid_table *t)
{
	t->head.nent--;
}

static void remove_all(struct cpuid_table *t)
{
	t->head.nent = 0;
}

/* A change of the table, or of one bit of a field of one entry. */
static const struct change {
	const char *name;
	void (*make)(struct cpuid_table *t);
	size_t field;
} changes[] = {
#define BIT_OF(field_)	{ #field_, NULL, __builtin_offsetof(struct kvm_cpuid_entry2, field_) }
	{ "same", change_nothing, 0 },
	BIT_OF(function), BIT_OF(index), BIT_OF(flags),
	BIT_OF(eax), BIT_OF(ebx), BIT_OF(ecx), BIT_OF(edx),
	{ "reordered", reorder, 0 },
	{ "added", add_entry, 0 },
	{ "removed", remove_entry, 0 },
	{ "empty", remove_all, 0 },
};

static void make(const struct change *c, struct cpuid_table *t)
{
	if (c->make)
		c->make(t);
	else
		*(u32 *)((u8 *)brand_of(t) + c->field) ^= 1;
}

static bool is_same(const struct cpuid_table *a, const struct cpuid_table *b)
{
	if (a->head.nent != b->head.nent)
		return false;
	for (u32 i = 0; i < a->head.nent; i++) {
		if (!is_same_cpuid(&a->entries[i], &b->entries[i]))
			return false;
	}
	return true;
}

/* Return which table KVM_GET_CPUID2 returns. */
static const char *table_of(u32 vcpu)
{
	if (get_cpuid_table(vcpu, &now))
		return "refused";
	return is_same(&now, &old) ? "old" : is_same(&now, &new) ? "new" : "another";
}

static void do_nothing(void)
{
}

static void observe_changes(u32 vcpu)
{
	get_cpuid_table(vcpu, &old);
	for (const struct change *c = changes; c < changes + ARRAY_SIZE(changes); c++) {
		/* If the VM has just been moved, the vCPU has not entered the guest yet. */
		if (cpus[vcpu].ready)
			on_vcpu(vcpu, NULL, do_nothing);
		new = old;
		make(c, &new);
		observe(c->name, host_result(set_cpuid_table(vcpu, &new)));
		observef("%s.then = %s", c->name, table_of(vcpu));
		set_cpuid_table(vcpu, &old);
	}
}

static void observe_own_changes(void)
{
	observe_changes(this_cpu()->index);
	observe("seen", cpuid(BRAND, 0).eax == brand_of(&old)->eax ? "old" : "another");
}

static void observe_new_brand(void)
{
	observe("seen", cpuid(BRAND, 0).eax == NEW_BRAND ? "new" : "another");
}

/* Registers and nested state of a vCPU whose L1 has run VMRUN with that VMCB. */
static struct vmcb vmcb __attribute__((aligned(0x1000)));
static struct {
	struct kvm_nested_state head;
	struct vmcb vmcb;
	u8 unused[sizeof(struct kvm_nested_state)];	/* KVM counts .head twice */
} nested;

static s64 enter_l2(const struct kvm_sregs *sregs)
{
	svm_prepare(&nested.vmcb, false);
	nested.head = (struct kvm_nested_state) {
		.flags = KVM_STATE_NESTED_GUEST_MODE | KVM_STATE_NESTED_GIF_SET,
		.format = KVM_STATE_NESTED_FORMAT_SVM,
		.size = sizeof(nested.head) + sizeof(nested.vmcb),
		.hdr.svm.vmcb_pa = (u64)&vmcb,
	};
	return HOST_CALL(TARGET_VCPU, 1, STEP(KVM_SET_SREGS, sregs),
			 STEP(KVM_SET_NESTED_STATE, &nested));
}

static void leave_l2(const struct kvm_sregs *sregs)
{
	nested.head.flags = KVM_STATE_NESTED_GIF_SET;
	HOST_CALL(TARGET_VCPU, 1, STEP(KVM_SET_NESTED_STATE, &nested), STEP(KVM_SET_SREGS, sregs));
}

static void observe_l2(void)
{
	const char *no_svm = svm_enable();
	struct kvm_sregs before, sregs;
	s64 ret;

	SCOPE("l2");
	if (no_svm) {
		observe("entered", no_svm);
		for (const struct change *c = changes; c < changes + ARRAY_SIZE(changes); c++) {
			observe(c->name, no_svm);
			observef("%s.then = %s", c->name, no_svm);
		}
		return;
	}
	vcpu_ioctl(1, KVM_GET_SREGS, &before);
	vcpu_ioctl(0, KVM_GET_SREGS, &sregs);
	sregs.apic_base = before.apic_base;
	ret = enter_l2(&sregs);
	observe("entered", host_result(ret));
	observe_changes(1);
	leave_l2(&before);
}

static void observe_before(void)
{
	SCOPE("before");
	observe_changes(1);
	brand_of(&old)->eax = NEW_BRAND;
	set_cpuid_table(1, &old);
	observe("started", start_by_sipi(1, 1) ? "yes" : "no");
	on_vcpu(1, NULL, observe_new_brand);
}

void guest_main(void)
{
	observe_l2();
	observe_before();
	on_each_vcpu(observe_own_changes);
	SCOPE("other");
	observe_changes(1);
}
