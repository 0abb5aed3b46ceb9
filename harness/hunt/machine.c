// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VM of arms N, F and M: one vCPU without an APIC, which runs hunt/guest.S.
 */
#include "hunt/arm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "text.h"

const char arm_letters[NR_ARMS + 1] = "NFMH";

asm(".pushsection .rodata\n"
    ".globl hunt_image, hunt_image_size\n"
    "hunt_image: .incbin \"hunt/guest.bin\"\n"
    "1: .balign 4\n"
    "hunt_image_size: .long 1b - hunt_image\n"
    ".popsection\n");
extern const uint8_t hunt_image[];
extern const uint32_t hunt_image_size;

#define FX_MXCSR		24	/* offsets in what FXRSTOR loads */
#define FX_XMM		160
#define HANG_MS		500		/* without another program */

static struct {
	int vm, vcpu;
	uint8_t *memory;
	struct kvm_run *run;
	size_t run_size;
	struct kvm_sregs sregs;		/* as the runtime needs them, but for CR3 */
	struct head *head;
} m = { .vm = -1, .vcpu = -1 };

/* The prefix after which KVM emulates the next instruction, if its parameter allows it. */
static const uint8_t kvm_prefix[] = { 0x0f, 0x0b, 'k', 'v', 'm' };

enum { PRESENT = 1, WRITABLE = 2, USER = 4, LARGE = 0x80 };

/* Indices of pages from TABLES on. */
enum { PML4, PML4_HOLE, PDPT, PDPT_HOLE, PD_BASE, PD, PD_HOLE, PT_CODE, PT_WINDOW, PT_HOLE, DESCRIPTORS };

static uint64_t *table(unsigned int page)
{
	return (uint64_t *)(m.memory + TABLES + page * 0x1000);
}

static uint64_t entry(unsigned int page)
{
	return (TABLES + page * 0x1000) | PRESENT | WRITABLE | USER;
}

static void make_page_tables(void)
{
	_Static_assert(TABLES + PML4_HOLE * 0x1000 == ROOT_HOLE, "the second page is the second root");

	for (int hole = 0; hole < 2; hole++) {
		table(PML4 + hole)[0] = entry(PDPT + hole);
		table(PDPT + hole)[0] = entry(PD_BASE);
		table(PDPT + hole)[CODE_VA >> 30] = entry(PD + hole);
		table(PD + hole)[(CODE_VA >> 21) % 512] = entry(PT_CODE);
		table(PD + hole)[(WINDOW_PAGE >> 21) % 512] = entry(PT_WINDOW + hole);
		table(PT_WINDOW + hole)[0] = (hole ? HOLE : RAM_PAGE) | PRESENT | WRITABLE | USER;
	}
	table(PD_BASE)[(BASE >> 21) % 512] = PRESENT | WRITABLE | LARGE;
	for (unsigned int i = 0; i < MAX_PROGRAMS * SLOT_SIZE / 0x1000; i++)
		table(PT_CODE)[i] = (CODE + i * 0x1000) | PRESENT | USER;
}

#define GDT	(TABLES + DESCRIPTORS * 0x1000)
#define GDT_ENTRIES	10	/* the TSS has two */
#define TSS	(GDT + 0x100)
#define IDT	(GDT + 0x200)
#define TSS_SIZE	0x68
#define BASE_24(address)	((uint64_t)(address) & 0xffffff)	/* of a descriptor */

static void make_descriptors(void)
{
	static const uint64_t gdt[GDT_ENTRIES] = {
		[CODE_0 / 8] = 0xaf9b000000ffff, [DATA_0 / 8] = 0xcf93000000ffff,
		[CODE_3 / 8] = 0xaffb000000ffff, [DATA_3 / 8] = 0xcff3000000ffff,
		[TASK / 8] = 0x8b0000000000 | BASE_24(BASE + TSS) << 16 | (uint64_t)((BASE + TSS) >> 24) << 56 |
				(TSS_SIZE - 1),
	};
	size_t vectors = hunt_image_size - 32 * 16;	/* the image ends with them */
	struct { uint16_t low, selector, flags, middle; uint32_t high, zero; } *idt;

	memcpy(m.memory + GDT, gdt, sizeof(gdt));
	*(uint32_t *)(m.memory + TSS + 0x24) = BASE + STACK_END;		/* IST1 */
	*(uint32_t *)(m.memory + TSS + 0x04) = BASE + STACK_END;		/* RSP0 */
	*(uint16_t *)(m.memory + TSS + 0x66) = TSS_SIZE;		/* no I/O bitmap */
	idt = (void *)(m.memory + IDT);
	for (unsigned int i = 0; i <= LAST_EXCEPTION; i++) {
		uint16_t dpl = i == 3 || i == 4 ? 3 : 0;		/* INT3 and INTO */

		idt[i].low = RUNTIME + vectors + 16 * i;
		idt[i].middle = BASE >> 16;
		idt[i].selector = CODE_0;
		idt[i].flags = 0x8e01 | dpl << 13;
	}
}

static void make_sregs(void)
{
	struct kvm_segment data = {
		.selector = DATA_3, .type = 3, .present = 1, .dpl = 3, .s = 1, .db = 1, .g = 1,
		.limit = 0xffffffff,
	};
	struct kvm_sregs *s = &m.sregs;

	s->cs = (struct kvm_segment) {
		.selector = CODE_0, .type = 0xb, .present = 1, .s = 1, .l = 1, .g = 1,
		.limit = 0xffffffff,
	};
	s->ds = s->es = s->fs = s->gs = data;
	data.selector = DATA_0;
	data.dpl = 0;
	s->ss = data;
	s->tr = (struct kvm_segment) {
		.selector = TASK, .type = 0xb, .present = 1, .base = BASE + TSS, .limit = TSS_SIZE - 1,
	};
	s->ldt = (struct kvm_segment) { .type = 2, .present = 1 };
	s->gdt = (struct kvm_dtable) { .base = BASE + GDT, .limit = GDT_ENTRIES * 8 - 1 };
	s->idt = (struct kvm_dtable) { .base = BASE + IDT, .limit = 32 * 16 - 1 };
	s->cr0 = 0x80050033;		/* PG, AM, WP, NE, ET, MP, PE */
	s->cr4 = 0x620;			/* OSXMMEXCPT, OSFXSR, PAE */
	s->efer = 0xd00;		/* NX, LMA, LME */
}

/* Go on with the next program of the batch, whatever the last one has left. */
static char *reset(uint64_t cr3)
{
	struct kvm_regs regs = { .rip = BASE + RUNTIME, .rflags = 2 };
	struct kvm_debugregs debug = { .dr6 = 0xffff0ff0, .dr7 = 0x400 };
	struct kvm_vcpu_events events = { .flags = KVM_VCPUEVENT_VALID_SHADOW };
	struct kvm_mp_state runnable = { KVM_MP_STATE_RUNNABLE };

	m.sregs.cr3 = cr3;
	if (ioctl(m.vcpu, KVM_SET_SREGS, &m.sregs))
		return text("KVM_SET_SREGS: %s", strerror(errno));
	if (ioctl(m.vcpu, KVM_SET_REGS, &regs) || ioctl(m.vcpu, KVM_SET_DEBUGREGS, &debug) ||
	    ioctl(m.vcpu, KVM_SET_VCPU_EVENTS, &events))
		return text("the vCPU cannot be reset: %s", strerror(errno));
	ioctl(m.vcpu, KVM_SET_MP_STATE, &runnable);	/* without an APIC, it is always runnable */
	return NULL;
}

static void ignore(int sig)
{
	(void)sig;
}

/* Interrupt KVM_RUN from time to time, to notice a program that hangs. */
static void start_timer(void)
{
	struct sigaction action = { .sa_handler = ignore, .sa_flags = SA_RESTART };	/* not of KVM_RUN */
	struct itimerval every = { { 0, HANG_MS * 1000 }, { 0, HANG_MS * 1000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

char *machine_open(int kvm, const struct kvm_cpuid2 *cpuid)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_SIZE };

	m.vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (m.vm < 0)
		return text("KVM_CREATE_VM: %s", strerror(errno));
	m.memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (m.memory == MAP_FAILED)
		return text("mmap of guest memory: %s", strerror(errno));
	m.head = (struct head *)(m.memory + HEAD);
	region.userspace_addr = (uintptr_t)m.memory;
	ioctl(m.vm, KVM_SET_IDENTITY_MAP_ADDR, &(uint64_t) { 0xfffbc000 });
	ioctl(m.vm, KVM_SET_TSS_ADDR, 0xfffbd000);
	if (ioctl(m.vm, KVM_SET_USER_MEMORY_REGION, &region))
		return text("KVM_SET_USER_MEMORY_REGION: %s", strerror(errno));
	m.vcpu = ioctl(m.vm, KVM_CREATE_VCPU, 0);
	if (m.vcpu < 0)
		return text("KVM_CREATE_VCPU: %s", strerror(errno));
	m.run_size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	m.run = mmap(NULL, m.run_size, PROT_READ | PROT_WRITE, MAP_SHARED, m.vcpu, 0);
	if (m.run == MAP_FAILED)
		return text("mmap of struct kvm_run: %s", strerror(errno));
	if (ioctl(m.vcpu, KVM_GET_SREGS, &m.sregs))
		return text("KVM_GET_SREGS: %s", strerror(errno));
	make_sregs();
	if (ioctl(m.vcpu, KVM_SET_CPUID2, cpuid))
		return text("KVM_SET_CPUID2: %s", strerror(errno));
	start_timer();
	return NULL;
}

void machine_close(void)
{
	setitimer(ITIMER_REAL, &(struct itimerval) {}, NULL);
	if (m.run && m.run != MAP_FAILED)
		munmap(m.run, m.run_size);
	close(m.vcpu);
	close(m.vm);
	if (m.memory && m.memory != MAP_FAILED)
		munmap(m.memory, MEMORY_SIZE);
}

bool machine_has(enum arm arm, const char **why)
{
	char setting = '0';
	int fd;

	if (arm != PREFIX)
		return true;
	fd = open("/sys/module/kvm/parameters/force_emulation_prefix", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, &setting, 1) != 1)
		setting = '0';
	if (fd >= 0)
		close(fd);
	*why = "kvm.force_emulation_prefix is 0: as root, echo 1 "
	       ">/sys/module/kvm/parameters/force_emulation_prefix, or boot with kvm.force_emulation_prefix=1";
	return setting != '0' && setting != 'N';	/* Y, or flags */
}

/* The guest's window is MMIO: its contents are those of the current program's state. */
static void serve_mmio(void)
{
	struct state *states = (struct state *)(m.memory + STATES);
	/* The guest's number: do not trust it. */
	uint64_t current = m.head->current < MAX_PROGRAMS ? m.head->current : 0;
	uint8_t *memory = states[current].memory, *data = m.run->mmio.data;
	uint64_t first = m.run->mmio.phys_addr - HOLE - (WINDOW - WINDOW_PAGE);

	for (uint32_t i = 0; i < m.run->mmio.len; i++) {
		uint8_t *byte = first + i < WINDOW_SIZE ? &memory[first + i] : NULL;

		if (!m.run->mmio.is_write)
			data[i] = byte ? *byte : 0;
		else if (byte)
			*byte = data[i];
	}
}

static void serve_port(void)
{
	uint8_t *data = (uint8_t *)m.run + m.run->io.data_offset;

	if (m.run->io.direction == KVM_EXIT_IO_IN)
		memset(data, 0x5a, m.run->io.size * m.run->io.count);
}

/* Return how a program ended that did not get to the guest's handler; 0: it goes on. */
static unsigned int unusual_end(uint64_t *last)
{
	switch (m.run->exit_reason) {
	case KVM_EXIT_MMIO:
		serve_mmio();
		return 0;
	case KVM_EXIT_IO:
		if (m.run->io.port == LOST_PORT)
			return ENDED_LOST;
		serve_port();
		return 0;
	case KVM_EXIT_INTR:
		if (*last == m.head->current)
			return ENDED_HANG;
		*last = m.head->current;
		return 0;
	case KVM_EXIT_HLT:
		return ENDED_HLT;
	case KVM_EXIT_SHUTDOWN:
		return ENDED_SHUTDOWN;
	case KVM_EXIT_INTERNAL_ERROR:
		return ENDED_NOT_EMULATED;
	case KVM_EXIT_FAIL_ENTRY:
		return ENDED_FAILED_ENTRY;
	}
	return ENDED_OTHER;
}

/* The current program has ended in an exit of KVM: describe that, and go on with the next one. */
static char *take_over(unsigned int how, uint64_t cr3)
{
	struct state *s = (struct state *)(m.memory + STATES) + m.head->current;
	struct kvm_regs r;

	if (ioctl(m.vcpu, KVM_GET_REGS, &r))
		return text("KVM_GET_REGS: %s", strerror(errno));
	/* A shutdown resets the vCPU on AMD CPUs. */
	if (how == ENDED_SHUTDOWN)
		r = (struct kvm_regs) {};
	s->vector = how;
	s->rip = r.rip;
	s->rflags = r.rflags;
	memcpy(s->gpr, (uint64_t[]) {
		r.rax, r.rcx, r.rdx, r.rbx, r.rsp, r.rbp, r.rsi, r.rdi, r.r8, r.r9, r.r10, r.r11, r.r12,
		r.r13, r.r14, r.r15,
	}, sizeof(s->gpr));
	if (cr3 == ROOT_RAM)
		memcpy(s->memory, m.memory + RAM_PAGE + (WINDOW - WINDOW_PAGE), WINDOW_SIZE);
	m.head->current++;
	return reset(cr3);
}

static void load(enum arm arm, const struct program *programs, size_t nr,
		 const uint8_t pattern[WINDOW_SIZE])
{
	struct program *to = (struct program *)(m.memory + PROGRAMS);
	struct state *states = (struct state *)(m.memory + STATES);

	/* A program at CPL0 may have stored to any of these. */
	memset(m.memory, 0, CODE);
	memcpy(m.memory + RUNTIME, hunt_image, hunt_image_size);
	make_page_tables();
	make_descriptors();
	memcpy(to, programs, nr * sizeof(*programs));
	memset(states, 0, nr * sizeof(*states));
	for (size_t i = 0; i < nr; i++) {
		uint8_t *slot = m.memory + CODE + i * SLOT_SIZE;

		memset(slot, 0x90, SLOT_SIZE);
		memcpy(slot + SLOT_BEGIN, programs[i].bytes, sizeof(programs[i].bytes));
		to[i].rip = CODE_VA + i * SLOT_SIZE + SLOT_BEGIN;
		if (arm == PREFIX) {
			memcpy(slot + SLOT_BEGIN - sizeof(kvm_prefix), kvm_prefix, sizeof(kvm_prefix));
			to[i].rip -= sizeof(kvm_prefix);
		}
		memcpy(states[i].memory, pattern, WINDOW_SIZE);
	}
	*m.head = (struct head) { .nr = nr };
	memcpy(m.head->pattern, pattern, WINDOW_SIZE);
	memcpy(m.head->fx, &(uint16_t) { FCW_INIT }, 2);
	memcpy(m.head->fx + FX_MXCSR, &(uint32_t) { MXCSR_INIT }, 4);
	memcpy(m.head->fx + FX_XMM, pattern, sizeof(states->xmm));
}

char *machine_run(enum arm arm, const struct program *programs, size_t nr,
		  const uint8_t pattern[WINDOW_SIZE], struct state *states)
{
	uint64_t cr3 = arm == MMIO ? ROOT_HOLE : ROOT_RAM, last = -1;
	char *error;

	load(arm, programs, nr, pattern);
	error = reset(cr3);
	while (!error && !m.head->done) {
		unsigned int how;

		if (ioctl(m.vcpu, KVM_RUN, 0) && errno != EINTR)
			error = text("KVM_RUN: %s", strerror(errno));
		if (error || m.head->done)
			break;
		how = unusual_end(&last);
		/* The last program may have left the guest so that it cannot say that it is done. */
		if (how && m.head->current >= nr)
			break;
		if (how)
			error = take_over(how, cr3);
	}
	memcpy(states, m.memory + STATES, nr * sizeof(*states));
	/* RIP relative to the program, as in each arm and each slot. */
	for (size_t i = 0; i < nr; i++)
		states[i].rip -= CODE_VA + i * SLOT_SIZE + SLOT_BEGIN;
	return error;
}
