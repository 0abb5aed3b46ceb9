// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of a vCPU that its VMM stops - api.rst 4.13, 4.18, 4.33, 4.42, 4.44 and 4.69
 *
 * A VMM that saves a VM reads each vCPU by a dozen ioctls, and restores it in a new VM by as
 * many.  A guest rarely notices what they leave out: it sets LSTAR or MXCSR once, and takes the
 * value for granted.  So here, each vCPU sets one kind of register after another, stops, and
 * looks again.
 *
 * A stop is a host call.  Without --move it is only an exit to the VMM, for which KVM gives the
 * CPU's debug registers, FPU and MSRs back to the host.  With --move, the vCPU continues in a
 * new VM, and sees what KVM has not saved or not restored.
 */
#include "case.h"
#include "host.h"
#include "memory_type.h"

CASE("vcpu-registers", .vcpus = 2);
VARIANT("default");

#define ADDRESS			0x123456789000	/* of nothing, and canonical */

#define DR6_BITS		0xffff4ff3	/* BS, B1 and B0 */
#define DR7_L0			0x401	/* execution at DR0, and the bit that reads as 1 */
#define DR7_OFF			0x400
#define CPUID_7_ECX_SHSTK	BIT(7)
#define XCR0_FPSSE		3	/* x87 and SSE; its reset value is 1 */
#define MSR_S_CET		0x6a2
#define MSR_PL0_SSP		0x6a4
#define S_CET_SH_STK_EN		BIT(0)

static void stop(void)
{
	check_extension(KVM_CAP_USER_MEMORY);
}

static u32 breakpoints;

static void take_breakpoint(struct exception *e)
{
	breakpoints++;
	e->rflags |= X86_EFLAGS_RF;
}

void breakpoint(void);
asm(".text\nbreakpoint: nop; ret\n");

static void observe_debug_registers(void)
{
	SCOPE("debug");
	breakpoints = 0;
	write_dr0((u64)breakpoint);
	write_dr1(ADDRESS + 1);
	write_dr2(ADDRESS + 2);
	write_dr3(ADDRESS + 3);
	write_dr6(DR6_BITS);
	write_dr7(DR7_L0);
	stop();
	observe("dr0-3", kept(read_dr0() == (u64)breakpoint && read_dr1() == ADDRESS + 1 &&
			      read_dr2() == ADDRESS + 2 && read_dr3() == ADDRESS + 3));
	observe("dr6", kept(read_dr6() == DR6_BITS));
	observe("dr7", kept(read_dr7() == DR7_L0));
	breakpoint();
	observe("breakpoint", breakpoints == 1 ? "#DB" : "none");
	write_dr7(DR7_OFF);
}

/* What FXSAVE stores (SDM 1, table 10-2). */
struct fpu {
	u16 fcw, fsw;
	u32 ftw;
	u64 fip, fdp;
	u32 mxcsr, mxcsr_mask;
	u64 st[8][2], xmm[16][2], unused[12];
} __attribute__((aligned(16)));

static struct fpu before, after;

static void load_fpu(void *fpu)
{
	asm volatile("fxrstor64 (%0)" :: "r"(fpu) : "memory");
}

static void store_fpu(void *fpu)
{
	asm volatile("fxsave64 (%0)" :: "r"(fpu) : "memory");
}

static bool are_same(const void *a, const void *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (((const u8 *)a)[i] != ((const u8 *)b)[i])
			return false;
	}
	return true;
}

/* Load and store at CPL3: at CPL0, a KVM may emulate both. */
static void observe_fpu(void)
{
	SCOPE("fpu");
	before = (struct fpu) { .fcw = 0x27f, .ftw = 0xff, .mxcsr = 0x1fa0 };
	for (u32 i = 0; i < 8; i++)
		before.st[i][0] = BIT(63) | i, before.st[i][1] = 0x3fff + i;
	for (u32 i = 0; i < 16; i++)
		before.xmm[i][0] = ADDRESS + i, before.xmm[i][1] = ~(ADDRESS + i);
	user_call(load_fpu, &before);
	user_call(store_fpu, &before);
	stop();
	user_call(store_fpu, &after);
	observe("x87", kept(before.fcw == after.fcw && before.fsw == after.fsw &&
			    before.ftw == after.ftw && are_same(before.st, after.st, sizeof(after.st))));
	observe("mxcsr", kept(before.mxcsr == after.mxcsr));
	observe("xmm", kept(are_same(before.xmm, after.xmm, sizeof(after.xmm))));
}

static void write_xcr0(u64 value)
{
	asm volatile("xsetbv" :: "c"(0), "a"((u32)value), "d"((u32)(value >> 32)));
}

static void read_xcr0(void *value)
{
	u32 lo, hi;

	asm volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	*(u64 *)value = (u64)hi << 32 | lo;
}

static void observe_xcr0(void)
{
	u64 cr4 = read_cr4(), value = 0;

	if (!(cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE)) {
		observe("xcr0", UNSEEN_HOST "this CPU has no XSAVE");
		return;
	}
	write_cr4(cr4 | X86_CR4_OSXSAVE);
	write_xcr0(XCR0_FPSSE);
	stop();
	user_call(read_xcr0, &value);
	observe("xcr0", kept(value == XCR0_FPSSE));
	write_cr4(cr4);
}

/* DS, ES, FS and TR. */
static u64 selectors(void)
{
	u16 ds, es, fs, tr;

	asm volatile("mov %%ds, %w0; mov %%es, %w1; mov %%fs, %w2; str %w3"
		     : "=r"(ds), "=r"(es), "=r"(fs), "=r"(tr));
	return (u64)ds << 48 | (u64)es << 32 | (u64)fs << 16 | tr;
}

static void load_selectors(u16 es, u16 fs)
{
	asm volatile("mov %w0, %%es; mov %w1, %%fs" :: "r"(es), "r"(fs));
}

static void load_tables(const struct descriptor_table *gdt, const struct descriptor_table *idt)
{
	asm volatile("lgdt %0; lidt %1" :: "m"(*gdt), "m"(*idt));
}

static bool are_same_tables(const struct descriptor_table *a, const struct descriptor_table *b)
{
	return a->limit == b->limit && a->base == b->base;
}

static void observe_special_registers(void)
{
	u64 cr0 = read_cr0() | X86_CR0_AM, cr4 = read_cr4() | X86_CR4_DE;
	u64 efer = rdmsr(MSR_EFER) | EFER_SCE, loaded;
	const struct descriptor_table gdt = sgdt(), idt = sidt();
	struct descriptor_table longer_gdt = gdt, longer_idt = idt, gdt_now, idt_now;

	SCOPE("sregs");
	longer_gdt.limit += 8;
	longer_idt.limit += 16;
	load_tables(&longer_gdt, &longer_idt);
	load_selectors(USER_DS, USER_DS);
	loaded = selectors();
	write_cr0(cr0);
	write_cr2(ADDRESS);
	write_cr4(cr4);
	write_cr8(5);
	wrmsr(MSR_EFER, efer);
	stop();
	observe("cr0", kept(read_cr0() == cr0));
	observe("cr2", kept(read_cr2() == ADDRESS));
	observe("cr4", kept(read_cr4() == cr4));
	observe("cr8", kept(read_cr8() == 5));
	observe("efer", kept(rdmsr(MSR_EFER) == efer));
	observe("selectors", kept(selectors() == loaded));
	gdt_now = sgdt();
	idt_now = sidt();
	observe("gdtr", kept(are_same_tables(&gdt_now, &longer_gdt)));
	observe("idtr", kept(are_same_tables(&idt_now, &longer_idt)));
	write_cr8(0);
	load_tables(&gdt, &idt);
}

/* MSRs, and bits of them that do no harm.  For SYSENTER, AMD CPUs keep 32 bits of an address. */
static const struct {
	const char *name;
	u32 msr;
	u64 bits;
} msrs[] = {
	{ "sysenter-cs", 0x174, 0x10 }, { "sysenter-esp", 0x175, (u32)ADDRESS },
	{ "sysenter-eip", 0x176, (u32)ADDRESS }, { "star", 0xc0000081, BIT(40) },
	{ "lstar", 0xc0000082, ADDRESS }, { "cstar", 0xc0000083, ADDRESS },
	{ "sfmask", 0xc0000084, X86_EFLAGS_IF }, { "fs-base", 0xc0000100, ADDRESS },
	{ "kernel-gs-base", 0xc0000102, ADDRESS }, { "pat", MSR_IA32_CR_PAT, 6ul << 56 },
	{ "tsc-adjust", 0x3b, BIT(20) }, { "tsc-aux", 0xc0000103, BIT(8) },
	{ "misc-enable", MSR_IA32_MISC_ENABLE, BIT(0) }, { "poll-control", 0x4b564d05, BIT(0) },
	{ "feat-ctl", 0x3a, BIT(0) },	/* the lock */
};

static void observe_msr(u32 i)
{
	u32 msr = msrs[i].msr;
	u64 old, changed;

	if (rdmsr_safe(msr, &old)) {
		observe(msrs[i].name, UNSEEN_HOST "this CPU does not have the MSR");
		return;
	}
	wrmsr_safe(msr, old ^ msrs[i].bits);
	changed = rdmsr(msr);
	stop();
	observe(msrs[i].name, kept(rdmsr(msr) == changed));
	wrmsr_safe(msr, old);
}

static void observe_msrs(void)
{
	SCOPE("msr");
	for (u32 i = 0; i < ARRAY_SIZE(msrs); i++)
		observe_msr(i);
}

static u64 read_ssp(void)
{
	u64 ssp = 0;

	asm volatile("rdsspq %0" : "+r"(ssp));
	return ssp;
}

/*
 * With a shadow stack, CALL pushes its return address a second time, at SSP, and RET compares
 * them.  The page is CPL0's, not writable, and dirty.  SETSSBSY loads SSP from PL0_SSP, where a
 * token has to be: its own address (SDM 1, chapter 17).
 */
static void observe_shadow_stack(void)
{
	u64 *pde = page_directory_entry(page_under_test), before = *pde;
	volatile u64 *token = (u64 *)page_under_test + 511;
	u64 cr4 = read_cr4(), loaded, now;

	if (!(cpuid(7, 0).ecx & CPUID_7_ECX_SHSTK)) {
		observe("ssp", UNSEEN_HOST "this CPU has no shadow stacks");
		return;
	}
	*token = (u64)token;
	*pde = (before & ~(PTE_W | PTE_U)) | PTE_A | PTE_D;
	write_cr3(read_cr3());
	write_cr4(cr4 | X86_CR4_CET);
	wrmsr(MSR_PL0_SSP, (u64)token);
	wrmsr(MSR_S_CET, S_CET_SH_STK_EN);
	asm volatile("setssbsy");
	loaded = read_ssp();
	stop();
	now = read_ssp();
	wrmsr(MSR_S_CET, 0);
	write_cr4(cr4);
	*pde = before;
	write_cr3(read_cr3());
	observe("ssp", kept(loaded == (u64)token && now == loaded));
}

static void observe_all(void)
{
	observe_debug_registers();
	observe_fpu();
	observe_xcr0();
	observe_special_registers();
	observe_msrs();
	observe_shadow_stack();
}

void guest_main(void)
{
	set_handler(X86_TRAP_DB, take_breakpoint);
	wait_for_cpus(2);
	on_each_vcpu(observe_all);
}
