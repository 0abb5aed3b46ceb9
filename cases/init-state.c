// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of a vCPU after RESET and INIT - api.rst 4.38
 *
 * RESET and INIT give a CPU the registers of SDM 3A, table 10-1 (APM 2, table 14-1): all general
 * registers are zero, but EDX identifies the CPU as EAX of CPUID leaf 1 does; the CPU is in real
 * mode, and fetches its first instruction at 0xfffffff0.  INIT leaves alone what software
 * should set up once: the MTRRs, the FPU, CR0.CD and CR0.NW (cases/cr0-init.c).
 *
 * KVM does both, and stops the vCPU until a SIPI comes.  A SIPI only sets CS and RIP, so the
 * VMM can read the other registers meanwhile.  KVM does RESET when it creates the vCPU, which has
 * no CPUID yet.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "sipi.h"

CASE("init-state", .vcpus = 2, .ap_start = AP_WAIT_FOR_SIPI, .only_kvm = 1);
VARIANT("default");

#define ADDRESS			0x123456789000
#define MSR_FS_BASE		0xc0000100
#define RESET_DR6		0xffff0ff0
#define RESET_DR7		0x400
#define TYPE_ACCESSED		BIT(0)
#define TYPE_CODE		0xa	/* execute, read */
#define TYPE_DATA		0x2	/* read, write */
#define TYPE_LDT		0x2
#define TYPE_BUSY_TSS_16	0x3
#define TYPE_BUSY_TSS_32	0xb

static const char *after(bool same)
{
	return same ? "reset-value" : "other";
}

/* On AMD, the accessed bit of the type is clear. */
static bool is_segment(const struct kvm_segment *s, u16 selector, u64 base, u8 type)
{
	return s->selector == selector && s->base == base && s->limit == 0xffff &&
	       s->present && (s->type | TYPE_ACCESSED) == (type | TYPE_ACCESSED);
}

static void observe_registers(void)
{
	struct kvm_regs r;
	u64 others;

	vcpu_ioctl(1, KVM_GET_REGS, &r);
	others = r.rax | r.rbx | r.rcx | r.rsi | r.rdi | r.rsp | r.rbp | r.r8 | r.r9 | r.r10 |
		 r.r11 | r.r12 | r.r13 | r.r14 | r.r15;
	note("RDX 0x%lx", (u64)r.rdx);
	observe("rdx", r.rdx == cpuid(1, 0).eax ? "signature" : r.rdx == 0x600 ? "0x600" : "other");
	observe("other-registers", after(!others));
	observe("rflags", after(r.rflags == 2));
	observe("rip", after(r.rip == 0xfff0));
}

static void observe_special_registers(void)
{
	struct kvm_sregs s;
	bool data = true;

	vcpu_ioctl(1, KVM_GET_SREGS, &s);
	const struct kvm_segment *segments[] = { &s.ds, &s.es, &s.fs, &s.gs, &s.ss };

	for (u32 i = 0; i < ARRAY_SIZE(segments); i++)
		data &= is_segment(segments[i], 0, 0, TYPE_DATA);
	note("CR4 0x%lx, EFER 0x%lx", (u64)s.cr4, (u64)s.efer);
	observe("cr2", after(!s.cr2));
	observe("cr3", after(!s.cr3));
	observe("cr4", after(!s.cr4));
	observe("cr8", after(!s.cr8));
	observe("efer", after(!s.efer));
	observe("cs", after(is_segment(&s.cs, 0xf000, 0xffff0000, TYPE_CODE)));
	observe("data-segments", after(data));
	observe("ldtr", after(is_segment(&s.ldt, 0, 0, TYPE_LDT)));
	observe("tr", after(is_segment(&s.tr, 0, 0, TYPE_BUSY_TSS_16) ||
			    is_segment(&s.tr, 0, 0, TYPE_BUSY_TSS_32)));
	observe("gdtr-idtr", after(!s.gdt.base && s.gdt.limit == 0xffff && !s.idt.base &&
				   s.idt.limit == 0xffff));
}

static void observe_debug_registers(void)
{
	struct kvm_debugregs d;

	vcpu_ioctl(1, KVM_GET_DEBUGREGS, &d);
	observe("dr0-3", after(!(d.db[0] | d.db[1] | d.db[2] | d.db[3])));
	observe("dr6-7", after(d.dr6 == RESET_DR6 && d.dr7 == RESET_DR7));
}

static void observe_state(const char *when)
{
	SCOPE(when);
	observef("mp-state = %s", mp_state(1) == KVM_MP_STATE_UNINITIALIZED ? "uninitialized" :
		 mp_state(1) == KVM_MP_STATE_INIT_RECEIVED ? "init-received" : "other");
	observe_registers();
	observe_special_registers();
	observe_debug_registers();
}

/* Give each register that INIT resets another value; 64-bit mode has done that for many. */
static void change_registers(void)
{
	write_cr2(ADDRESS);
	write_cr8(3);
	write_dr0(ADDRESS);
	write_dr3(ADDRESS);
	write_dr6(RESET_DR6 | BIT(0));
	write_dr7(RESET_DR7 | BIT(0));
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	wrmsr(MSR_FS_BASE, ADDRESS);
}

void guest_main(void)
{
	observe_state("reset");
	observe("started", start_by_sipi(1, 1) ? "yes" : "no");
	on_vcpu(1, NULL, change_registers);
	apic_send(APIC_DM_INIT | APIC_INT_ASSERT, 1);
	observe_state("init");
}
