// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that KVM emulates on request - SDM 2 and 3B
 *
 * KVM's emulator knows instructions that it needs only where the CPU cannot help: in real mode on
 * old CPUs, or for a guest of another vendor.  With the module parameter force_emulation_prefix,
 * KVM emulates the instruction after UD2 and the letters "kvm", and so a guest can compare: each
 * instruction here runs plain, and with the prefix.
 *
 * An emulated instruction has to look at what the CPU looks at before and after it: REP, which
 * only string instructions obey; bits of CR0 and CR4 that make instructions undefined; and the
 * debug registers.  The address of a code breakpoint is that of the instruction, after the prefix.
 *
 * SYSENTER needs no prefix.  In compatibility mode, an AMD CPU raises #UD and an Intel CPU enters
 * CPL0.  KVM emulates SYSENTER on AMD CPUs for each vCPU that is not AMD's by its CPUID.
 */
#include "case.h"
#include "host.h"

CASE("forced-emulation", .vmm_exits = 1, .only_kvm = 1);
VARIANT("default");
/* One bit of the name, so that it is neither "AuthenticAMD" nor "GenuineIntel". */
VARIANT("unknown-vendor", .cpuid = {{ .leaf = 0, .reg = 1, .set = BIT(3) }});

#define X86_CR4_OSFXSR	BIT(9)
#define DR6_RESET	0xffff0ff0
#define DR6_B0		BIT(0)
#define DR7_L0		BIT(0)

struct run {
	u32 eax, ecx, edx;		/* before the instruction; EAX also after it */
	u64 rflags;			/* to set before it */
	bool breakpoint;
	int vector;
	u64 dr6;
};

static struct run *running;

/* The instructions keep in R9 where they end. */
static void end_insn(struct exception *e)
{
	running->vector = e->vector;
	running->dr6 = e->vector == X86_TRAP_DB ? read_dr6() & (DR6_B0 | DR6_BS) : 0;
	write_dr6(DR6_RESET);
	e->rflags &= ~X86_EFLAGS_TF;
	e->rip = e->r9;
}

#define PREFIX	".byte 0x0f, 0x0b; .ascii \"kvm\"\n"

#define RUN(name, prefix, text)									\
	static __attribute__((noinline)) void name(struct run *r)				\
	{											\
		extern const char name##_insn[];						\
												\
		running = r;									\
		write_dr0((u64)name##_insn);							\
		if (r->breakpoint)								\
			write_dr7(read_dr7() | DR7_L0);						\
		asm volatile("lea 2f(%%rip), %%r9\n\t"						\
			     "pushf\n\t"							\
			     "push %1\n\t"							\
			     "popf\n"								\
			     prefix								\
			     #name "_insn:\n\t"							\
			     text "\n"								\
			     "2:	popf"							\
			     : "+a"(r->eax) : "r"(r->rflags | 2), "c"(r->ecx), "d"(r->edx)	\
			     : "r9", "memory", "cc");						\
		write_dr7(read_dr7() & ~DR7_L0);						\
	}
#define INSN(name, text)			\
	RUN(plain_##name, "", text)		\
	RUN(forced_##name, PREFIX, text)
INSN(inc, "inc %%eax")
INSN(inb, "inb %%dx, %%al")
INSN(inl, "inl %%dx, %%eax")
INSN(rep_inb, "rep; inb %%dx, %%al")
INSN(rep_inl, "rep; inl %%dx, %%eax")
INSN(repne_inl, "repne; inl %%dx, %%eax")
INSN(xsetbv, "xsetbv")
INSN(movaps, "movaps %%xmm0, %%xmm0")

typedef void run_function(struct run *r);

static struct way {
	const char *name;
	run_function *inc, *in[5], *xsetbv, *movaps;
} plain = {
	"plain", plain_inc,
	{ plain_inb, plain_inl, plain_rep_inb, plain_rep_inl, plain_repne_inl },
	plain_xsetbv, plain_movaps,
}, forced = {
	"forced", forced_inc,
	{ forced_inb, forced_inl, forced_rep_inb, forced_rep_inl, forced_repne_inl },
	forced_xsetbv, forced_movaps,
};

static const char *why_not;		/* UNSEEN_..., or NULL */

static void observe_or_skip(const char *key, const char *value)
{
	observe(key, why_not ? why_not : value);
}

static const char *fault_of(run_function *insn, u32 eax, u32 ecx)
{
	struct run r = { .eax = eax, .ecx = ecx };

	insn(&r);
	return fault_name(r.vector);
}

/* In the order of .in of struct way: the key, and the bytes of the VMM's answer in EAX. */
static const struct {
	const char *key;
	u32 answer;
} ins[] = {
	{ "in-8", 0xa5 }, { "in-32", 0xa5a5a5a5 }, { "rep-in-8", 0xa5 },
	{ "rep-in-32", 0xa5a5a5a5 }, { "repne-in-32", 0xa5a5a5a5 },
};

static void observe_in(const struct way *way)
{
	for (u32 i = 0; i < ARRAY_SIZE(ins); i++) {
		struct run r = { .ecx = 1, .edx = POST_PORT };

		way->in[i](&r);
		observe_or_skip(ins[i].key, r.vector ? fault_name(r.vector) :
				r.eax == ins[i].answer ? "register" : "lost");
	}
}

static const char *const xsetbv_keys[] = {
	"xsetbv.osxsave-0", "xsetbv.osxsave-1", "xsetbv.no-x87", "xsetbv.xcr-1",
};

/* Instructions that bits of CR0 and CR4 make undefined. */
static void observe_enabled(const struct way *way)
{
	u64 cr0 = read_cr0(), cr4 = read_cr4();

	if (cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE) {
		observe_or_skip(xsetbv_keys[0], fault_of(way->xsetbv, 1, 0));
		write_cr4(cr4 | X86_CR4_OSXSAVE);
		observe_or_skip(xsetbv_keys[1], fault_of(way->xsetbv, 1, 0));
		observe_or_skip(xsetbv_keys[2], fault_of(way->xsetbv, 0, 0));
		observe_or_skip(xsetbv_keys[3], fault_of(way->xsetbv, 1, 1));
	} else {
		for (u32 i = 0; i < ARRAY_SIZE(xsetbv_keys); i++)
			observe(xsetbv_keys[i], UNSEEN_HOST "its CPU has no XSAVE");
	}
	write_cr4(cr4 & ~X86_CR4_OSFXSR);
	observe_or_skip("movaps.osfxsr-0", fault_of(way->movaps, 0, 0));
	write_cr4(cr4 | X86_CR4_OSFXSR);
	observe_or_skip("movaps.osfxsr-1", fault_of(way->movaps, 0, 0));
	write_cr0(cr0 | X86_CR0_EM);
	observe_or_skip("movaps.em", fault_of(way->movaps, 0, 0));
	write_cr0(cr0 | X86_CR0_TS);
	observe_or_skip("movaps.ts", fault_of(way->movaps, 0, 0));
	write_cr0(cr0);
	write_cr4(cr4);
}

static const char *debugged(run_function *inc, bool breakpoint, u64 rflags, u64 dr6, u32 eax)
{
	struct run r = { .breakpoint = breakpoint, .rflags = rflags };

	inc(&r);
	return r.vector != X86_TRAP_DB ? fault_name(r.vector) : r.dr6 != dr6 ? "wrong-dr6" :
	       r.eax != eax ? "wrong-time" : "#DB";
}

static void observe_debug(const struct way *way)
{
	observe_or_skip("breakpoint", debugged(way->inc, true, 0, DR6_B0, 0));
	observe_or_skip("step", debugged(way->inc, false, X86_EFLAGS_TF, DR6_BS, 1));
}

static void observe_way(const struct way *way)
{
	SCOPE(way->name);
	why_not = fault_of(way->inc, 0, 0)[0] == '#' ?
		UNSEEN_HOST "kvm.force_emulation_prefix is 0, or this KVM lacks it" : NULL;
	observe_in(way);
	observe_enabled(way);
	observe_debug(way);
}

static volatile u32 entered __attribute__((used));
extern const char sysenter_32[], sysenter_entry[];
asm(".text\n"
    ".code32\n"
    "sysenter_32:\n"
    "1:	sysenter\n"
    "2:	lret\n"
    FIXUP
    ".code64\n"
    "sysenter_entry:\n"
    "	pushq $0x10\n"			/* KERNEL_CS: QEMU's SYSENTER sets CS.L and CS.D, which */
    "	pushq $1f\n"			/* VMRUN would refuse after an exit */
    "	lretq\n"
    "1:	movl $1, entered\n"
    "	jmp user_return\n");

/* At CPL3, in a 32-bit code segment. */
static void sysenter(void *fault)
{
	const struct { u32 offset; u16 selector; } __attribute__((packed)) far = {
		(u32)(u64)sysenter_32, USER_CS32
	};
	register u64 vector asm(FAULT_REGISTER) = 0;

	asm volatile("lcall *%1" : "+r"(vector) : "m"(far) : "rcx", "rdx", "memory");
	*(u64 *)fault = vector;
}

static void observe_sysenter(void)
{
	u64 fault = 0;

	wrmsr(MSR_IA32_SYSENTER_CS, KERNEL_CS);
	wrmsr(MSR_IA32_SYSENTER_ESP, (u64)&this_cpu()->user_stack[1024]);
	wrmsr(MSR_IA32_SYSENTER_EIP, (u64)sysenter_entry);
	user_call(sysenter, &fault);
	observe("sysenter", fault ? fault_name(fault) : entered ? "entered" : "lost");
}

void guest_main(void)
{
	observe_sysenter();
	set_handler(X86_TRAP_DB, end_insn);
	set_handler(X86_TRAP_UD, end_insn);
	set_handler(X86_TRAP_NM, end_insn);
	set_handler(X86_TRAP_GP, end_insn);
	set_handler(X86_TRAP_PF, end_insn);
	observe_way(&plain);
	observe_way(&forced);
}
