// SPDX-License-Identifier: GPL-2.0-only
/*
 * GIF=0 and hardware breakpoints - errata.rst, "Nested virtualization features"
 *
 * CLGI clears AMD's global interrupt flag, which then holds back interrupts, NMIs and more; a
 * #DB of a breakpoint register is not held back but discarded (APM 2, table 15-10).  For a
 * guest's GIF, the CPU leaves this to the hypervisor, and KVM does not do it: a guest that is
 * a hypervisor gets its #DB with GIF=0.  A single step is different, because it matches no
 * breakpoint register.  An I/O breakpoint is different, too: KVM emulates port accesses
 * itself, and ignores breakpoints there.
 *
 * An NMI and an INIT that arrive while GIF is 0 wait for STGI, too.  An INIT resets the other
 * vCPU, which then waits for a SIPI.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "svm.h"

CASE("svm-gif", .vcpus = 2);
VARIANT("default");

#define DR7_ENABLE(n)	BIT(2 * (n))	/* local */
#define DR7_WRITE(n)	BIT(16 + 4 * (n))
#define DR7_IO(n)	BIT(17 + 4 * (n))	/* with CR4.DE */
#define DR7_OFF		0x400		/* the bit that reads as 1 */
#define PATIENCE	1000		/* polls */

static u32 debug_exceptions;

static void count_debug(struct exception *e)
{
	debug_exceptions++;
	e->rflags |= X86_EFLAGS_RF;
	e->rflags &= ~X86_EFLAGS_TF;
}

static void set_breakpoint(u32 n, u64 address, u64 dr7)
{
	switch (n) {
	case 0: asm volatile("mov %0, %%dr0" :: "r"(address)); break;
	case 1: asm volatile("mov %0, %%dr1" :: "r"(address)); break;
	case 2: asm volatile("mov %0, %%dr2" :: "r"(address)); break;
	case 3: asm volatile("mov %0, %%dr3" :: "r"(address)); break;
	}
	write_dr7(dr7);
}

static const char *delivered(void)
{
	write_dr7(DR7_OFF);
	return debug_exceptions ? "delivered" : "discarded";
}

void breakpoint(void);
asm(".text\nbreakpoint: nop; ret\n");

static const char *execution(u32 n)
{
	debug_exceptions = 0;
	set_breakpoint(n, (u64)breakpoint, DR7_ENABLE(n));
	breakpoint();
	return delivered();
}

static const char *write(u32 n)
{
	static volatile u8 byte;

	debug_exceptions = 0;
	set_breakpoint(n, (u64)&byte, DR7_ENABLE(n) | DR7_WRITE(n));
	byte = 1;
	return delivered();
}

static const char *io(u32 n)
{
	u16 port = mailbox.host ? DOORBELL_PORT : POST_PORT;
	u64 cr4 = read_cr4();

	mailbox.call[0] = (struct host_call) { .target = TARGET_VM };	/* without steps */
	debug_exceptions = 0;
	write_cr4(cr4 | X86_CR4_DE);
	set_breakpoint(n, port, DR7_ENABLE(n) | DR7_IO(n));
	outl_safe(port, RING_CALL);
	write_cr4(cr4);
	return delivered();
}

/* A single step matches no breakpoint register, so GIF does not affect its #DB. */
static const char *single_step(u32 n)
{
	(void)n;
	debug_exceptions = 0;
	asm volatile("pushfq; orq %0, (%%rsp); popfq; nop" :: "i"(X86_EFLAGS_TF) : "memory");
	return delivered();
}

/* A #DB does not change GIF, nor does an exit to the VMM: an interrupt still waits until STGI. */
static const char *interrupt_after_debug(void)
{
	const char *name;

	clgi();
	execution(0);
	check_extension(KVM_CAP_USER_MEMORY);
	apic_send(APIC_DM_FIXED | APIC_INT_ASSERT | APIC_DEST_SELF | VECTOR_TEST, 0);
	asm volatile("sti; nop; nop; cli" ::: "memory");
	name = apic_received(0, VECTOR_TEST) ? "taken" : "waits";
	stgi();
	take_pending();
	return apic_received(0, VECTOR_TEST) || name[0] == 't' ? name : "lost";
}

static const char *nmi(void)
{
	u32 early;

	clgi();
	apic_send(APIC_DM_NMI | APIC_INT_ASSERT, this_cpu()->id);
	pause();
	early = apic_received(0, X86_TRAP_NMI);
	stgi();
	pause();
	return early ? "taken" : apic_received(0, X86_TRAP_NMI) ? "waits" : "lost";
}

static volatile u32 polls;	/* by the other vCPU, with GIF=0 */
static volatile bool sent, after_stgi;

static void wait_for_init(void *unused)
{
	(void)unused;
	svm_enable();
	clgi();
	for (polls = 1; !sent; polls++)
		cpu_relax();
	stgi();
	after_stgi = true;
}

static const char *init(void)
{
	u32 before;

	if (!mailbox.host)
		return UNSEEN_GUEST "no host that tells whether a CPU waits for a SIPI";
	call_begin(1, wait_for_init, NULL);
	while (!polls)
		cpu_relax();
	apic_send(APIC_DM_INIT | APIC_INT_ASSERT, cpus[1].id);
	before = polls;
	for (u32 i = 0; polls == before && i < PATIENCE; i++)
		cpu_relax();
	if (polls == before)
		return "taken";
	sent = true;
	for (u32 i = 0; !after_stgi && i < PATIENCE; i++)
		cpu_relax();
	return after_stgi ? "late" : mp_state(1) == KVM_MP_STATE_INIT_RECEIVED ? "waits" : "lost";
}

/* Observe with GIF=1, and with GIF=0 if this CPU has GIF. */
static void observe_debug(const char *key, const char *(*run)(u32), u32 n, const char *no_gif)
{
	const char *with_gif_0 = no_gif;

	observef("gif-1.%s = %s", key, run(n));
	if (!no_gif) {
		clgi();
		with_gif_0 = run(n);
		stgi();
	}
	observef("gif-0.%s = %s", key, with_gif_0);
}

void guest_main(void)
{
	const char *no_gif = svm_enable();

	wait_for_cpus(2);
	set_handler(X86_TRAP_DB, count_debug);
	observe_debug("db", execution, 0, no_gif);
	observe_debug("db.dr1", execution, 1, no_gif);
	observe_debug("db.dr2", execution, 2, no_gif);
	observe_debug("db.dr3", execution, 3, no_gif);
	observe_debug("db.write", write, 0, no_gif);
	observe_debug("db.write.dr3", write, 3, no_gif);
	observe_debug("db.io", io, 0, no_gif);
	observe_debug("db.step", single_step, 0, no_gif);
	observe("gif-0.db.then-interrupt", no_gif ? no_gif : interrupt_after_debug());
	observe("gif-0.nmi", no_gif ? no_gif : nmi());
	observe("gif-0.init", no_gif ? no_gif : init());
}
