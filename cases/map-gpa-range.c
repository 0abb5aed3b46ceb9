// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_HC_MAP_GPA_RANGE, a hypercall of the VMM - hypercalls.rst 9, api.rst 7.40
 *
 * The guest of an encrypted VM says with this hypercall which pages it shares with the host.
 * KVM itself does not know: it passes the number and the arguments to the VMM in an exit, and
 * the guest gets back what the VMM puts into hypercall.ret.  Without KVM_CAP_EXIT_HYPERCALL there
 * is no such hypercall.
 *
 * KVM looks only at what a range of pages has to be: its start is the address of a page, it has a
 * page, and it ends before the address space does.  Otherwise KVM answers, and the VMM sees
 * nothing.
 */
#include "case.h"
#include "host.h"

CASE("map-gpa-range", .vcpus = 2, .hypercalls = 1, .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");
VARIANT("enabled", ENABLE(KVM_CAP_EXIT_HYPERCALL, BIT(KVM_HC_MAP_GPA_RANGE)));

#define ANSWER		0xa5a5a5a5a5a5a5a5	/* each byte is VMM_ANSWERS */
#define PAGE_2M		1			/* attributes: the preferred page size */
#define ENCRYPTED	BIT(4)

struct range {
	const char *name;
	u64 gpa, pages, attributes;
};

static const struct range ranges[] = {
	{ "one-page", PAGE_BASE, 1, 0 },
	{ "encrypted", PAGE_BASE, 1, ENCRYPTED },
	{ "large-page", PAGE_BASE, 512, PAGE_2M },
	{ "first-page", 0, 1, 0 },
	{ "no-memory", BIT(50), BIT(32) + 1, ENCRYPTED },
	{ "unaligned", PAGE_BASE + 1, 1, 0 },
	{ "unaligned-by-half", PAGE_BASE + 0x800, 1, 0 },
	{ "empty", PAGE_BASE, 0, 0 },
	{ "overflow", PAGE_BASE, ~0ul, 0 },
};

struct call {
	const struct range *range;
	u64 ret;
};

/* Never inlined: CPL3 executes the VMCALL that KVM may have replaced at CPL0 (hypercall-insn.c). */
static __attribute__((noinline)) void map_range(void *context)
{
	struct call *c = context;
	const struct range *r = c->range;
	u64 rax = KVM_HC_MAP_GPA_RANGE;

	asm volatile("vmcall" : "+a"(rax)
		     : "b"(r->gpa), "c"(r->pages), "d"(r->attributes) : "memory");
	c->ret = rax;
}

static const char *result(u64 ret)
{
	switch (ret) {
	case ANSWER:
		return "answer";
	case EINVAL:
		return "22";
	case EAGAIN:
		return "11";
	case -KVM_EINVAL:
		return "EINVAL";
	case -KVM_EPERM:
		return "EPERM";
	case (u64)-KVM_ENOSYS:
		return "ENOSYS";
	default:
		return "another";
	}
}

static const char *exit_of(const struct range *r)
{
	struct vmm_exit e = vmm_exit();

	if (!e.count)
		return "none";
	return e.count == 1 && e.reason == KVM_EXIT_HYPERCALL && e.where == KVM_HC_MAP_GPA_RANGE &&
	       e.args[0] == r->gpa && e.args[1] == r->pages && e.args[2] == r->attributes ?
	       "exit" : "another-exit";
}

static void observe_range(const struct range *r)
{
	struct call kernel = { r, 0 }, user = { r, 0 };

	SCOPE(r->name);
	vmm_exit();
	map_range(&kernel);
	observe("returns", result(kernel.ret));
	observe("vmm", exit_of(r));
	user_call(map_range, &user);
	observe("cpl3.returns", result(user.ret));
	observe("cpl3.vmm", exit_of(r));
}

/* Have the VMM return @answer once. */
static void observe_answer(const char *name, u64 answer)
{
	struct call c = { &ranges[0], 0 };

	vmm_returns(answer);
	map_range(&c);
	observef("vmm-%s.returns = %s", name, result(c.ret));
	observef("vmm-%s.exits = %lu", name, vmm_exit().count);
}

static void observe_ranges(void)
{
	for (u32 i = 0; i < ARRAY_SIZE(ranges); i++)
		observe_range(&ranges[i]);
	observe_answer("einval", EINVAL);
	observe_answer("eagain", EAGAIN);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_ranges);
}
