// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a VMM can set, whatever CPUID it has set - api.rst 4.18, 4.20, 4.44 and 6.74
 *
 * A VMM defines a vCPU by KVM_SET_CPUID2, and KVM does not check that this CPU can exist: CPUID may
 * have features that KVM does not support, or no leaf 1 at all.  Most such CPUID does no harm,
 * as long as KVM asks itself, too.  A bit of CR4, EFER, XCR0 or IA32_XSS is reserved unless
 * both CPUID and KVM have its feature; and bits of CR3 above MAXPHYADDR are reserved in
 * 64-bit mode (SDM 3A, "4-Level Paging and 5-Level Paging").
 *
 * Nor may CPUID make a VMM fail: what it reads from a vCPU, it can set again.  And the vendor
 * in leaf 0 counts: SYSENTER_ESP and SYSENTER_EIP have 64 bits on Intel's CPUs and on others
 * that follow Intel, but 32 bits on AMD's.
 *
 * By struct kvm_run, a VMM can have KVM_RUN load and store registers; it may not ask for sets of
 * registers that KVM does not know.
 *
 * vCPU 1 has each of these CPUIDs in turn, and waits for a SIPI that never comes: CPUID can
 * change only until a vCPU runs.
 */
#include "case.h"
#include "host.h"

CASE("vcpu-model", .vcpus = 2, .ap_start = AP_WAIT_FOR_SIPI, .only_kvm = 1);
VARIANT("default");

#define MAXPHYADDR_LEAF		0x80000008
#define XFEATURE_MASK_XTILE	0x60000u	/* needs arch_prctl(), api.rst 4.46 */
#define XCR0_FP_SSE_AVX		7
#define LEGACY_AREA		576	/* of XSAVE: x87, SSE, and the header */

static struct cpuid_table created, model;

static struct kvm_cpuid_entry2 *entry_of(u32 leaf, u32 index)
{
	for (u32 i = 0; i < model.head.nent; i++) {
		struct kvm_cpuid_entry2 *e = &model.entries[i];

		if (e->function == leaf && e->index == index)
			return e;
	}
	return NULL;
}

/* The registers of CPUID in which each bit is a feature. */
static const struct {
	u32 leaf, index, reg;
} features[] = {
	{ 1, 0, 2 }, { 1, 0, 3 }, { 7, 0, 1 }, { 7, 0, 2 }, { 7, 0, 3 }, { 7, 1, 0 }, { 0xd, 0, 0 },
	{ 0xd, 1, 0 }, { 0xd, 1, 2 }, { 0x80000001, 0, 2 }, { 0x80000001, 0, 3 },
	{ 0x80000008, 0, 1 },
};

static void have_all_features(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(features); i++) {
		struct kvm_cpuid_entry2 *e = entry_of(features[i].leaf, features[i].index);
		u32 all = features[i].leaf == 0xd ? ~XFEATURE_MASK_XTILE : ~0u;

		if (e)
			(&e->eax)[features[i].reg] = all;
	}
}

/* And no size of the XSAVE area, which KVM should fill in. */
static void have_no_leaf_1(void)
{
	entry_of(1, 0)->function = 0x4fffffff;
	if (entry_of(0xd, 0))
		entry_of(0xd, 0)->ebx = 0;
}

static void have_nothing(void)
{
	model.head.nent = 0;
}

static void have_what_it_has(void)
{
}

/* Set CPUID of vCPU 1: as it was when the vCPU was created, with a change. */
static const char *set_model(void (*change)(void))
{
	model = created;
	change();
	return host_result(set_cpuid_table(1, &model));
}

static bool set_cr4(u64 value)
{
	struct kvm_sregs sregs;

	return !HOST_CALL(TARGET_VCPU, 1, STEP(KVM_GET_SREGS, &sregs),
			  { HOST_STORE, sizeof(u64), (u64)&sregs.cr4, value },
			  STEP(KVM_SET_SREGS, &sregs));
}

static bool set_efer(u64 value)
{
	struct kvm_sregs sregs;

	return !HOST_CALL(TARGET_VCPU, 1, STEP(KVM_GET_SREGS, &sregs),
			  { HOST_STORE, sizeof(u64), (u64)&sregs.efer, value },
			  STEP(KVM_SET_SREGS, &sregs));
}

static bool set_xcr0(u64 value)
{
	struct kvm_xcrs xcrs = { .nr_xcrs = 1, .xcrs[0].value = value };

	return !vcpu_ioctl(1, KVM_SET_XCRS, &xcrs);
}

static bool set_xss(u64 value)
{
	return !set_msr(1, MSR_IA32_XSS, value);
}

/* MPX and AVX-512 have several components, which are set together: the groups. */
static const struct control {
	const char *name;
	bool (*set)(u64 value);
	u32 bits;
	u64 with, reset, groups[2];
} controls[] = {
	{ "cr4", set_cr4, 34, 0, 0, {} },
	{ "efer", set_efer, 24, 0, 0, {} },
	{ "xcr0", set_xcr0, 24, XCR0_FP_SSE_AVX, 1, { 0x18, 0xe0 } },
	{ "xss", set_xss, 24, 0, 0, {} },
};

/* Return which bits of the register the VMM can set. */
static u64 settable(const struct control *c)
{
	u64 bits = 0;

	for (u32 i = 0; i < c->bits; i++)
		bits |= c->set(c->with | BIT(i)) ? BIT(i) : 0;
	for (u32 i = 0; i < ARRAY_SIZE(c->groups); i++)
		bits |= c->groups[i] && c->set(c->with | c->groups[i]) ? c->groups[i] : 0;
	c->set(c->reset);
	return bits;
}

static void observe_unsupported(void)
{
	u64 supported[ARRAY_SIZE(controls)];

	for (u32 i = 0; i < ARRAY_SIZE(controls); i++)
		supported[i] = settable(&controls[i]);
	set_model(have_all_features);
	for (u32 i = 0; i < ARRAY_SIZE(controls); i++) {
		u64 more = settable(&controls[i]) & ~supported[i];

		note("%s: settable 0x%lx, with all features also 0x%lx", controls[i].name,
		     supported[i], more);
		observef("all.%s = %s", controls[i].name, more ? "more" : "no-more");
	}
}

/* Give vCPU 1 the registers of vCPU 0, which is in 64-bit mode, and bits of CR3. */
static void observe_cr3(void)
{
	u32 width = (u8)cpuid(MAXPHYADDR_LEAF, 0).eax;
	struct kvm_sregs before, paging;
	struct outcome o = {};

	vcpu_ioctl(1, KVM_GET_SREGS, &before);
	vcpu_ioctl(0, KVM_GET_SREGS, &paging);
	paging.apic_base = before.apic_base;
	observe("cr3.legal", host_result(vcpu_ioctl(1, KVM_SET_SREGS, &paging)));
	for (u32 bit = width; bit <= 60; bit++) {
		paging.cr3 = read_cr3() | BIT(bit);
		outcome_add(&o, host_result(vcpu_ioctl(1, KVM_SET_SREGS, &paging)));
	}
	observe("cr3.reserved", outcome_name(&o));
	vcpu_ioctl(1, KVM_SET_SREGS, &before);
}

/* What the VMM reads from a vCPU, and sets again. */
static u8 structure[sizeof(struct kvm_xsave)] __attribute__((aligned(16)));
static const struct {
	const char *name;
	u32 get, set, size;
} states[] = {
	{ "regs", KVM_GET_REGS, KVM_SET_REGS, sizeof(struct kvm_regs) },
	{ "sregs", KVM_GET_SREGS, KVM_SET_SREGS, sizeof(struct kvm_sregs) },
	{ "debugregs", KVM_GET_DEBUGREGS, KVM_SET_DEBUGREGS, sizeof(struct kvm_debugregs) },
	{ "fpu", KVM_GET_FPU, KVM_SET_FPU, sizeof(struct kvm_fpu) },
	{ "xsave", KVM_GET_XSAVE, KVM_SET_XSAVE, sizeof(struct kvm_xsave) },
	{ "xcrs", KVM_GET_XCRS, KVM_SET_XCRS, sizeof(struct kvm_xcrs) },
	{ "lapic", KVM_GET_LAPIC, KVM_SET_LAPIC, sizeof(struct kvm_lapic_state) },
};

static void observe_set_again(const char *name, void (*change)(void))
{
	SCOPE(name);
	observe("set-cpuid", set_model(change));
	for (u32 i = 0; i < ARRAY_SIZE(states); i++)
		observef("again.%s = %s", states[i].name, host_result(HOST_CALL(TARGET_VCPU, 1,
				{ states[i].get, states[i].size, (u64)structure, 0 },
				{ states[i].set, states[i].size, (u64)structure, 0 })));
}

/* XCR0 has its reset value: leaf 0xd returns the size for the x87 state only. */
static void observe_size(void)
{
	struct cpuid r;

	observe("no-leaf-1.size", !get_cpuid(1, 0xd, 0, &r) ? UNSEEN_HOST "this CPU has no XSAVE" :
				  r.ebx == LEGACY_AREA ? "right" : "other");
}

static const struct vendor {
	const char *name;
	char id[13];			/* EBX, EDX, ECX of leaf 0 */
} vendors[] = {
	{ "intel", "GenuineIntel" }, { "centaur", "CentaurHauls" }, { "zhaoxin", "  Shanghai  " },
	{ "unknown", "UnknownMaker" }, { "amd", "AuthenticAMD" }, { "hygon", "HygonGenuine" },
};
static const struct vendor *vendor;

static void have_vendor(void)
{
	struct kvm_cpuid_entry2 *e = entry_of(0, 0);
	const u32 *id = (const u32 *)vendor->id;

	e->ebx = id[0];
	e->edx = id[1];
	e->ecx = id[2];
}

static const char *width_of(u32 msr)
{
	const u64 address = 0x123456789abc;
	u64 value;

	set_msr(1, msr, address);
	get_msr(1, msr, &value);
	set_msr(1, msr, 0);
	return value == address ? "64-bit" : value == (u32)address ? "32-bit" : "other";
}

static void observe_vendor(const struct vendor *v)
{
	SCOPE(v->name);
	vendor = v;
	set_model(have_vendor);
	observe("sysenter-esp", width_of(MSR_IA32_SYSENTER_ESP));
	observe("sysenter-eip", width_of(MSR_IA32_SYSENTER_EIP));
}

/* Set each bit of @bits in kvm_valid_regs, or in kvm_dirty_regs, and run this vCPU. */
static const char *sync(u64 bits, bool dirty)
{
	struct outcome o = {};

	for (u32 i = 0; i < 64; i++) {
		u64 bit = bits & BIT(i);

		if (bit)
			outcome_add(&o, host_result(HOST_CALL(TARGET_VCPU, 0, {
				.request = HOST_SYNC_REGS,
				.value = dirty ? 0 : bit, .data = dirty ? bit : 0,
			})));
	}
	return outcome_name(&o);
}

static void observe_sync_regs(void)
{
	u64 known = check_extension(KVM_CAP_SYNC_REGS);

	SCOPE("sync");
	observe("valid.known", sync(known, false));
	observe("valid.unknown", sync((u32)~known, false));
	observe("valid.upper-half", sync(~known & ~0xfffffffful, false));
	observe("dirty.known", sync(known, true));
	observe("dirty.unknown", sync((u32)~known, true));
	observe("dirty.upper-half", sync(~known & ~0xfffffffful, true));
}

void guest_main(void)
{
	get_cpuid_table(1, &created);
	observe_unsupported();
	set_model(have_what_it_has);
	observe_cr3();
	observe_set_again("all", have_all_features);
	observe_set_again("no-leaf-1", have_no_leaf_1);
	observe_size();
	observe_set_again("nothing", have_nothing);
	for (u32 i = 0; i < ARRAY_SIZE(vendors); i++)
		observe_vendor(&vendors[i]);
	observe_sync_regs();
}
