// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bring-up of a vCPU, and its exceptions.
 */
#include "apic.h"
#include "case.h"

struct cpu cpus[MAX_CPUS];

extern const u64 gdt[];
extern u64 idt[][2];

static exception_handler handlers[NR_VECTORS];

static void load_tables(struct cpu *cpu)
{
	struct descriptor_table gdtr = { sizeof(cpu->gdt) - 1, (u64)cpu->gdt };
	struct descriptor_table idtr = { NR_VECTORS * 16 - 1, (u64)idt };
	u64 tss = (u64)&cpu->tss;

	for (int i = 0; i < TSS_SELECTOR / 8; i++)
		cpu->gdt[i] = gdt[i];
	cpu->gdt[TSS_SELECTOR / 8] = (sizeof(cpu->tss) - 1) | (tss & 0xffffff) << 16 |
				     0x89ul << 40 | (tss >> 24 & 0xff) << 56;
	cpu->gdt[TSS_SELECTOR / 8 + 1] = tss >> 32;

	asm volatile("lgdt %0" :: "m"(gdtr));
	asm volatile("lidt %0" :: "m"(idtr));
	asm volatile("ltr %w0" :: "r"(TSS_SELECTOR));
	/* A null GS keeps its base when IRETQ goes to CPL3. */
	asm volatile("mov %w0, %%gs" :: "r"(0));
	wrmsr(MSR_GS_BASE, (u64)cpu);
}

/* The loop of every vCPU but the first: take interrupts and calls. */
static _Noreturn void serve(struct cpu *cpu)
{
	apic_enable();
	cpu->ready++;
	for (;;) {
		wait_for_irq();
		if (cpu->returns != cpu->calls) {
			cpu->call(cpu->call_argument);
			cpu->returns = cpu->calls;
			if (mailbox.host)
				ring(RING_WAKE);
		}
	}
}

void wait_for_cpus(u32 nr_cpus)
{
	for (u32 i = 1; i < nr_cpus; i++) {
		while (!cpus[i].ready)
			cpu_relax();
	}
}

void call_begin(u32 index, void (*function)(void *), void *argument)
{
	struct cpu *cpu = &cpus[index];

	while (!cpu->ready)
		cpu_relax();
	cpu->call_argument = argument;
	cpu->call = function;
	cpu->calls++;
	apic_wake_all();
}

void call_end(u32 index)
{
	while (cpus[index].returns != cpus[index].calls)
		wait_in_host();
}

void call_on(u32 index, void (*function)(void *), void *argument)
{
	if (index == this_cpu()->index) {
		function(argument);
		return;
	}
	call_begin(index, function, argument);
	call_end(index);
}

static void call_plain(void *function)
{
	((void (*)(void))function)();
}

void on_vcpu(u32 index, const char *scope, void (*function)(void))
{
	SCOPE(scope);
	call_on(index, call_plain, (void *)function);
}

void on_each_vcpu(void (*function)(void))
{
	on_vcpu(0, "here", function);
	on_vcpu(1, "there", function);
}

u32 index_of(u32 id)
{
	for (u32 i = 1; i < MAX_CPUS; i++) {
		if (cpus[i].ready && cpus[i].id == id)
			return i;
	}
	return 0;
}

/* Called from entry.S; never returns. */
void cpu_start(u32 index, u32 id)
{
	struct cpu *cpu = &cpus[index];

	cpu->self = cpu;
	cpu->index = index;
	cpu->id = id;
	load_tables(cpu);
	if (index)
		serve(cpu);
	apic_enable();
	guest_main();
	for (;;)
		ring(RING_DONE);
}

void set_handler(int vector, exception_handler handler)
{
	handlers[vector] = handler;
}

u64 set_gate(int vector, u64 handler)
{
	u64 *gate = idt[vector];
	u64 before = (gate[0] & 0xffff) | (gate[0] >> 32 & 0xffff0000);

	gate[0] = (gate[0] & 0x0000ffffffff0000) | (handler & 0xffff) |
		  (handler & 0xffff0000) << 32;
	return before;
}

static bool fix_up(struct exception *e)
{
	extern const u64 fixups_start[][2], fixups_end[][2];

	for (const u64 (*f)[2] = fixups_start; f < fixups_end; f++) {
		if ((*f)[0] == e->rip) {
			e->r8 = e->vector;
			e->rip = (*f)[1];
			return true;
		}
	}
	return false;
}

static void report_crash(const struct exception *e)
{
	mailbox.crash = (struct crash) {
		.vector = e->vector, .cpu = this_cpu()->index, .error = e->error,
		.rip = e->rip, .rsp = e->rsp, .cr2 = read_cr2(),
	};
	mailbox.crashed = 1;
	for (;;)
		ring_about(RING_CRASH, e);
}

/* Called from entry.S. */
void handle_exception(struct exception *e)
{
	this_cpu()->excepted |= e->vector < NR_EXCEPTIONS;
	if (e->vector != X86_TRAP_DB && e->rip == (u64)irq_wait)
		e->rip = (u64)irq_taken;
	if (e->vector == X86_TRAP_UD && e->rip == (u64)user_leave)
		user_return();
	if (e->vector == X86_TRAP_NMI && mailbox.doorbell)
		ring_about(RING_NMI, e);
	if (handlers[e->vector]) {
		handlers[e->vector](e);
	} else if (e->vector >= 32 || e->vector == X86_TRAP_NMI) {
		this_cpu()->received[e->vector]++;
		if (e->vector != VECTOR_SPURIOUS && e->vector != X86_TRAP_NMI)
			apic_eoi();
	} else if (!fix_up(e)) {
		report_crash(e);
	}
}

const char *cd_nw(u64 cr0)
{
	static const char *const names[] = { "none", "NW", "CD", "CD+NW" };

	return names[(cr0 & (X86_CR0_CD | X86_CR0_NW)) / X86_CR0_NW];
}

const char *fault_name(int vector)
{
	static const char *const names[] = {
		[0] = "none", [1] = "#DB", [2] = "NMI", [3] = "#BP", [4] = "#OF",
		[5] = "#BR", [6] = "#UD", [7] = "#NM", [8] = "#DF", [10] = "#TS",
		[11] = "#NP", [12] = "#SS", [13] = "#GP", [14] = "#PF", [16] = "#MF",
		[17] = "#AC", [18] = "#MC", [19] = "#XM", [21] = "#CP",
	};

	if ((size_t)vector < ARRAY_SIZE(names) && names[vector])
		return names[vector];
	return "?";
}
