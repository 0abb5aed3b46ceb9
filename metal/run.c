// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu.h"
#include "metal.h"
#include "run/mailbox.h"
#include "text.h"

#define EMULATOR_SLOWER	30		/* as in harness/run/worker.c */

static void end(struct report *r, enum end end, const char *format, ...)
{
	va_list args;

	r->end = end;
	va_start(args, format);
	vsnprintf(r->why, sizeof(r->why), format, args);
	va_end(args);
}

static bool has_cpu(const struct world *w, u32 id)
{
	for (u32 i = 0; i < w->acpi.nr_cpus; i++) {
		if (w->acpi.cpus[i] == id)
			return true;
	}
	return false;
}

/* Return whether @edit would change CPUID on this CPU. */
static bool changes_cpuid(const struct cpuid_edit *edit)
{
	struct cpuid r = cpuid(edit->leaf, edit->index);
	const u32 values[] = { r.eax, r.ebx, r.ecx, r.edx };
	u32 value = values[edit->reg & 3];

	return (edit->set | edit->clear) && ((value | edit->set) & ~edit->clear) != value;
}

/* Return what @v needs that only a VM can have, which the caller frees; NULL: bare metal can run it. */
static char *needs_host(const struct vm_note *v)
{
	for (size_t i = 0; i < MAX_CPUID_EDITS; i++) {
		const struct cpuid_edit *e = &v->cpuid[i];

		if (changes_cpuid(e))
			return text("CPUID leaf 0x%x with 0x%x set and 0x%x clear", e->leaf, e->set, e->clear);
	}
	return variant_needs(v, true);
}

/* Return whether this machine can run @v; if not, @r says why. */
static bool suits(const struct world *w, const struct vm_note *v, struct report *r)
{
	char *needs = needs_host(v);

	if (needs)
		end(r, END_NOT_HERE, "bare metal has no KVM to configure, and this variant needs %s", needs);
	else if (w->lacks)
		end(r, END_LACKS, "%s", w->lacks);
	else if (v->vcpus > 1 && v->vcpus > w->acpi.nr_cpus)
		end(r, END_LACKS, "this machine has %u CPUs, and this variant needs %u",
		    w->acpi.nr_cpus ? w->acpi.nr_cpus : 1, v->vcpus);
	else if (v->vcpus > MAX_METAL_CPUS)
		end(r, END_LACKS, "at most %u CPUs are supported", MAX_METAL_CPUS);
	else if (v->vcpus > 1 && lapic_is_locked())
		end(r, END_LACKS, "this CPU is locked in x2APIC mode, and CPUs must start in "
		    "xAPIC mode");
	else if (v->ap_start == AP_WAIT_FOR_SIPI && !w->has_trampoline)
		end(r, END_LACKS, "this firmware does not give away memory at 0x%x", TRAMPOLINE);
	else if (v->vcpus > 1 && lapic_id() != vcpu_id(v, 0))
		end(r, END_LACKS, "the CPU that the firmware runs on has APIC ID %u, and CPU 0 of "
		    "this variant needs %u", lapic_id(), vcpu_id(v, 0));
	free(needs);
	for (u32 i = 1; i < v->vcpus && r->end == END_NONE; i++) {
		if (!has_cpu(w, vcpu_id(v, i)))
			end(r, END_LACKS, "this machine has no CPU with APIC ID %u", vcpu_id(v, i));
	}
	return r->end == END_NONE;
}

static void start_others(struct world *w, const struct vm_note *v)
{
	if (v->vcpus < 2)
		return;
	machine_for_others(w->low, PAT_RESET);
	smp_stop(w);
	if (v->ap_start == AP_WAIT_FOR_SIPI)
		return;
	w->low->nr_ids = v->vcpus;
	for (u32 i = 0; i < v->vcpus; i++)
		w->low->ids[i] = vcpu_id(v, i);
	smp_start(w);
}

/* Add a diagnostic to the report. */
static void add_note(struct report *r, const char *format, ...)
{
	struct line *line = &r->lines[r->nr_lines];
	va_list args;

	if (r->nr_lines == MAX_ENTRIES)
		return;
	*line = (struct line) { .kind = ENTRY_NOTE };
	va_start(args, format);
	vsnprintf(line->value, sizeof(line->value), format, args);
	va_end(args);
	r->nr_lines++;
}

static void add_registers(struct report *r, const struct exception *e)
{
	add_note(r, "RAX %016lx RBX %016lx RCX %016lx RDX %016lx", e->rax, e->rbx, e->rcx, e->rdx);
	add_note(r, "RSI %016lx RDI %016lx RBP %016lx RSP %016lx", e->rsi, e->rdi, e->rbp, e->rsp);
	add_note(r, "R8  %016lx R9  %016lx R10 %016lx R11 %016lx", e->r8, e->r9, e->r10, e->r11);
	add_note(r, "R12 %016lx R13 %016lx R14 %016lx R15 %016lx", e->r12, e->r13, e->r14, e->r15);
	add_note(r, "RIP %016lx RFLAGS %08lx CS %04lx SS %04lx vector %lu error code 0x%lx",
		 e->rip, e->rflags, e->cs, e->ss, e->vector, e->error);
}

/* SDM 3B, 16.3: add the status of the machine-check banks. */
static void add_machine_check(struct report *r)
{
	u32 banks = rdmsr(0x179) & 0xff;		/* IA32_MCG_CAP */

	for (u32 i = 0; i < banks; i++) {
		u64 status = rdmsr(0x401 + 4 * i);	/* IA32_MCi_STATUS */

		if (status & BIT(63))
			add_note(r, "machine check: bank %u, status 0x%016lx", i, status);
	}
	wrmsr(0x17a, 0);				/* IA32_MCG_STATUS: not in progress */
}

static bool reaches_memory(u64 address, size_t size)
{
	return address >= IMAGE_BASE && address <= PAGE_BASE - size;
}

/* Return whether @e is an unexpected #GP of a WRMSR. */
static bool refused_wrmsr(const struct exception *e)
{
	static const u8 wrmsr[] = { 0x0f, 0x30 };

	return e->vector == X86_TRAP_GP && reaches_memory(e->rip, sizeof(wrmsr)) &&
	       !memcmp((void *)e->rip, wrmsr, sizeof(wrmsr));
}

static void describe_crash(const struct facts *facts, const struct case_file *c,
			   const struct exception *e, struct report *r)
{
	const struct mailbox *m = (const struct mailbox *)c->boot.mailbox;
	char why[LINE_SIZE];

	end(r, END_CRASH, "%s", mailbox_crash(m, c, why, sizeof(why)));
	if (!e)
		return;
	add_registers(r, e);
	if (e->vector == 18)
		add_machine_check(r);
	if (!refused_wrmsr(e))
		return;
	if (is_mtrr(e->rcx) && !facts_is(facts, "mtrr", "open"))
		end(r, END_LACKS, "this firmware has locked the MTRRs: WRMSR 0x%lx is #GP", e->rcx);
	else if (e->rcx == MSR_IA32_APICBASE && facts_is(facts, "x2apic", "0"))
		end(r, END_LACKS, "this CPU has no x2APIC");
}

static void describe(const struct world *w, const struct facts *facts, const struct case_file *c,
		     const struct vm_note *v, u32 why, struct report *r)
{
	const struct exception *e = (void *)w->low->frame;
	char where[96];

	if (!reaches_memory(w->low->frame, sizeof(*e)))
		e = NULL;
	if (why == RING_DONE)
		end(r, END_DONE, "done");
	else if (why == RING_NMI)
		end(r, END_TIMEOUT, "time limit of %u ms: CPU 0 is at %s", v->time_limit_ms,
		    e ? case_locate(c, e->rip, where, sizeof(where)) : "?");
	mailbox_harvest(NULL, (const struct mailbox *)c->boot.mailbox, r);
	if (why == RING_CRASH)
		describe_crash(facts, c, e, r);
	if (why == RING_NMI && e)
		add_registers(r, e);
}

const char *run_variant(struct world *w, const struct facts *facts, const struct case_file *c,
			const struct vm_note *v, struct report *r)
{
	u32 limit = v->time_limit_ms * (hypervisor_emulates(facts) ? EMULATOR_SLOWER : 1), why;
	u32 (*enter)(u64 index, u64 id);
	const char *lost;
	u64 flags;

	r->end = END_NONE;
	r->why[0] = '\0';
	r->nr_lines = 0;
	if (!suits(w, v, r))
		return NULL;

	asm volatile("pushfq; pop %0; cli" : "=r"(flags) :: "memory");
	machine_save(&w->acpi);
	world_load(w, c);
	((struct mailbox *)c->boot.mailbox)->emulated = hypervisor_emulates(facts);
	start_others(w, v);
	w->low->deadline = rdtsc() + limit * w->tsc_per_ms;
	watchdog_start(w, limit);
	enter = (void *)(w->low_page + (low_enter - low_start));
	why = enter(0, vcpu_id(v, 0));
	watchdog_stop(w);
	smp_stop(w);
	lost = machine_restore(&w->acpi);
	asm volatile("push %0; popfq" :: "r"(flags) : "memory", "cc");
	describe(w, facts, c, v, why, r);
	return lost;
}
