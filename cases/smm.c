// SPDX-License-Identifier: GPL-2.0-only
/*
 * System-management mode - api.rst 4.96, KVM_SMI
 *
 * An SMI makes a CPU save its registers at SMBASE + 0xfe00 and continue in real mode at
 * SMBASE + 0x8000.  RSM loads the registers again: a VM has lost one if the image in memory has no
 * place for it, or another one if RSM reads from elsewhere.  A CPU with long mode has an image of
 * another format than a CPU without it, which has eight registers only.
 *
 * The chipset shows SMRAM in SMM only.  KVM has a second address space for that, which has slots of
 * its own: here SMRAM at 0x30000, and the same memory again at MEMORY_END, where the guest has no
 * memory outside of SMM.  Both are part of the page under test, so the payload sees them, too.
 *
 * The handler counts.  Then it may enable paging, by tables that map only the page of its code.
 * RSM still finds the registers, since SMBASE is a physical address.  The tables may be where only
 * SMM has memory.
 *
 * vCPU 0 is in 64-bit mode.  vCPU 1 waits in HLT in real mode, where the VMM sets and reads its
 * registers; so it may do without long mode.
 */
#include "case.h"
#include "host.h"
#include "sipi.h"

#define CPUID_EDX_LM	BIT(29)	/* long mode */

CASE("smm", .vcpus = 2, .vmm_exits = 1, .only_kvm = 1, .ap_start = AP_WAIT_FOR_SIPI);
VARIANT("default");
VARIANT("no-long-mode", .cpuid = {
	{ .vcpus = BIT(1), .leaf = 0x80000001, .reg = 3, .clear = CPUID_EDX_LM } });

#define SMM_SLOT(n)	(0x10000 | (n))	/* in the second address space */
#define SMRAM		0x30000
#define SMRAM_SIZE	0x10000
#define HANDLER		0x8000		/* offsets in SMRAM */
#define DIRECTORY	0x2000
#define TABLE		0x3000
#define PATIENCE	100000
#define FILL		0x2345678900000000

/* What payload and handler share, at the start of SMRAM. */
static volatile struct {
	u32 count;			/* of SMIs */
	u32 cr3;			/* for the handler; 0: no paging */
} *const smram = (void *)PAGE_BASE;

extern const u8 smm_handler[], smm_handler_end[], halt_in_real_mode[], halt_in_real_mode_end[];
asm(".section .rodata\n"
    ".code16\n"
    "smm_handler:\n"
    "	mov $0x30000, %esi\n"		/* SMRAM: DS has base 0 */
    "	incl (%esi)\n"
    "	mov 4(%esi), %eax\n"
    "	test %eax, %eax\n"
    "	jz 1f\n"
    "	mov %eax, %cr3\n"
    "	mov %cr0, %eax\n"
    "	or $0x80000001, %eax\n"		/* PG, PE */
    "	mov %eax, %cr0\n"
    "1:	rsm\n"
    "smm_handler_end:\n"
    "halt_in_real_mode:\n"
    "	cli\n"
    "1:	hlt\n"
    "	jmp 1b\n"
    "halt_in_real_mode_end:\n"
    ".code64\n"
    ".text\n");

static void build_smram(void)
{
	volatile u32 *directory = (u32 *)(PAGE_BASE + DIRECTORY), *table = (u32 *)(PAGE_BASE + TABLE);
	volatile u8 *to = (u8 *)(PAGE_BASE + HANDLER);

	for (const u8 *from = smm_handler; from < smm_handler_end; from++)
		*to++ = *from;
	directory[0] = (SMRAM + TABLE) | PTE_P | PTE_W;
	table[(SMRAM + HANDLER) / 0x1000] = (SMRAM + HANDLER) | PTE_P | PTE_W;
}

static const char *result(u32 before, bool kept)
{
	if (smram->count != before + 1)
		return smram->count == before ? "no-smi" : "more-smis";
	return kept ? "kept" : "lost";
}

/* An SMI between two instructions: at the OUT, the VMM queues it. */
static const char *smi_here(void)
{
	u64 rax = FILL, rbx = FILL + 1, rcx = FILL + 2, rdx = FILL + 3, rsi = FILL + 4, rdi = FILL + 5;
	register u64 r8 asm("r8") = FILL + 8, r9 asm("r9") = FILL + 9, r10 asm("r10") = FILL + 10;
	register u64 r11 asm("r11") = FILL + 11, r12 asm("r12") = FILL + 12;
	register u64 r13 asm("r13") = FILL + 13, r14 asm("r14") = FILL + 14;
	u32 before = smram->count;

	mailbox.call[0] = (struct host_call) {
		.target = TARGET_VCPU, .nr = 1, .at_exit = 1, .step = {{ .request = KVM_SMI }},
	};
	asm volatile("outb %%al, %13"
		     : "+a"(rax), "+b"(rbx), "+c"(rcx), "+d"(rdx), "+S"(rsi), "+D"(rdi), "+r"(r8),
		       "+r"(r9), "+r"(r10), "+r"(r11), "+r"(r12), "+r"(r13), "+r"(r14)
		     : "i"(POST_PORT) : "memory");
	return result(before, rax == FILL && rbx == FILL + 1 && rcx == FILL + 2 && rdx == FILL + 3 &&
		      rsi == FILL + 4 && rdi == FILL + 5 && r8 == FILL + 8 && r9 == FILL + 9 &&
		      r10 == FILL + 10 && r11 == FILL + 11 && r12 == FILL + 12 && r13 == FILL + 13 &&
		      r14 == FILL + 14);
}

/* Wait until vCPU 1 has taken @count SMIs, and is in HLT outside of SMM. */
static void wait_for_halt(u32 count)
{
	for (u32 i = 0; i < PATIENCE; i++) {
		if (smram->count == count && mp_state(1) == KVM_MP_STATE_HALTED)
			break;
		cpu_relax();
	}
}

/* The general registers come first in struct kvm_regs, before RIP. */
#define NR_GPRS		(offsetof(struct kvm_regs, rip) / sizeof(u64))

static const char *smi_there(void)
{
	struct kvm_regs set, got;
	u64 *from = (u64 *)&set, *to = (u64 *)&got;
	u32 before = smram->count;
	bool kept = true;

	vcpu_ioctl(1, KVM_GET_REGS, &set);
	for (u32 i = 0; i < NR_GPRS; i++)
		from[i] = FILL >> 32 | i;
	vcpu_ioctl(1, KVM_SET_REGS, &set);
	HOST_CALL(TARGET_VCPU, 1, { .request = KVM_SMI });
	wait_for_halt(before + 1);
	vcpu_ioctl(1, KVM_GET_REGS, &got);
	for (u32 i = 0; i < NR_GPRS; i++) {
		if (from[i] != to[i])
			note("register %u was 0x%lx, and is 0x%lx", i, from[i], to[i]);
		kept &= from[i] == to[i];
	}
	return result(before, kept);
}

static void observe_smis(const char *where, const char *(*smi)(void))
{
	static const struct {
		const char *name;
		u32 cr3;
	} handlers[] = {
		{ "real-mode", 0 }, { "paging", SMRAM + DIRECTORY },
		{ "paging.own-tables", MEMORY_END + DIRECTORY },
	};
	bool has_smm = check_extension(KVM_CAP_X86_SMM) > 0;

	SCOPE(where);
	for (u32 i = 0; i < ARRAY_SIZE(handlers); i++) {
		smram->cr3 = handlers[i].cr3;
		observe(handlers[i].name, has_smm ? smi() : UNSEEN_HOST "this KVM does not emulate SMM");
	}
	observe("outside", !has_smm ? UNSEEN_HOST "this KVM does not emulate SMM" :
		*(volatile u32 *)SMRAM ? "smram" : "memory");
}

void guest_main(void)
{
	build_smram();
	set_slot(SMM_SLOT(1), 0, SMRAM, SMRAM_SIZE);
	set_slot(SMM_SLOT(2), 0, MEMORY_END, SMRAM_SIZE);
	observe_smis("here", smi_here);
	put_at_trampoline(halt_in_real_mode, halt_in_real_mode_end);
	send_init_sipi(0, 1);
	wait_for_halt(smram->count);
	observe_smis("there", smi_there);
}
