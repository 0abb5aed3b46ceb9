// SPDX-License-Identifier: GPL-2.0-only
/*
 * RIP of an OUT to port 0x7e - api.rst 7.31, KVM_X86_QUIRK_OUT_7E_INC_RIP
 *
 * While a VMM handles an OUT, RIP still points at the instruction; KVM advances RIP at the
 * next KVM_RUN.  The firmware of one VMM writes to port 0x7e to have its vCPU reset, and that
 * VMM relies on a RIP after the instruction.  So for this port KVM advances RIP before the
 * exit, unless the quirk is disabled.
 *
 * The VMM reads RIP with KVM_GET_REGS at KVM_EXIT_IO.
 */
#include "case.h"
#include "host.h"

CASE("out-7e", .vcpus = 2, .vmm_exits = 1);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_OUT_7E_INC_RIP));

#define VALUE	0x12345678

struct place {
	u64 at, behind;
};

/* Execute one instruction, and store its address and the address after it in @place. */
#define OUT(name, instruction)							\
	static void name(void *place)						\
	{									\
		struct place p;							\
										\
		asm volatile("lea 1f(%%rip), %0\n"				\
			     "lea 2f(%%rip), %1\n"				\
			     "1: " instruction "\n"				\
			     "2:\n"						\
			     : "=&r"(p.at), "=&r"(p.behind)			\
			     : "a"(VALUE), "d"(0x7e) : "memory");		\
		*(struct place *)place = p;					\
	}
OUT(outb_immediate, "outb %%al, $0x7e")
OUT(outb, "outb %%al, %%dx")
OUT(outw, "outw %%ax, %%dx")
OUT(outl, "outl %%eax, %%dx")
OUT(other_port, "outb %%al, $0x80")

/* Return whether RIP is "at" the instruction or "behind" it, or what else is wrong. */
static const char *seen(const struct place *p, u64 port, u64 mask)
{
	struct vmm_exit e = vmm_exit();

	if (e.count != 1)
		return e.count ? "more-exits" : "no-exit";
	if (e.where != port || e.stored != (VALUE & mask))
		return "another-exit";
	return e.rip == p->at ? "at" : e.rip == p->behind ? "behind" : "elsewhere";
}

static void observe_out(const char *key, void (*out)(void *), u64 port, u64 mask)
{
	struct place p;

	out(&p);
	observe(key, seen(&p, port, mask));
}

static void observe_there(void)
{
	observe_out("outb", outb, 0x7e, 0xff);
}

static void observe_at_cpl3(void)
{
	struct place p;

	user_call(outb, &p);
	observe("cpl3.outb", seen(&p, 0x7e, 0xff));
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_out("outb-immediate", outb_immediate, 0x7e, 0xff);
	observe_out("outb", outb, 0x7e, 0xff);
	observe_out("outw", outw, 0x7e, 0xffff);
	observe_out("outl", outl, 0x7e, 0xffffffff);
	observe_out("other-port", other_port, 0x80, 0xff);
	on_vcpu(1, "there", observe_there);
	observe_at_cpl3();
}
