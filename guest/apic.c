// SPDX-License-Identifier: GPL-2.0-only
#include "apic.h"

#include "case.h"
#include "host.h"

/*
 * QEMU leaves the type of a delivered exception in EXITINTINFO until the next exit, and
 * svm_check_emulate_instruction() does not test the valid bit: if MMIO causes that exit,
 * KVM_RUN ends with KVM_EXIT_INTERNAL_ERROR.  So after an exception, exit by RDMSR first.
 */
static volatile u32 *mmio(u32 reg)
{
	if (this_cpu()->excepted)
		rdmsr(MSR_IA32_APICBASE);
	this_cpu()->excepted = false;
	return (volatile u32 *)(u64)(APIC_DEFAULT_PHYS_BASE + reg);
}

u32 apic_read(u32 reg)
{
	return this_cpu()->x2apic ? rdmsr(X2APIC_MSR(reg)) : *mmio(reg);
}

void apic_write(u32 reg, u32 value)
{
	if (this_cpu()->x2apic)
		wrmsr(X2APIC_MSR(reg), value);
	else
		*mmio(reg) = value;
}

const char *apic_mmio_load(void)
{
	u32 version = *mmio(APIC_LVR);

	if (vmm_exit().count)
		return "vmm";
	if (version == ~0u)
		return "nobody";
	return APIC_INTEGRATED(version) ? "apic" : "memory";
}

const char *apic_mmio_store(void)
{
	u64 before = read_cr8();
	u32 value = (before ^ 1) << 4;
	bool taken, there;

	*mmio(APIC_TASKPRI) = value;
	taken = read_cr8() != before;
	write_cr8(before);
	if (vmm_exit().count)
		return "vmm";
	there = *mmio(APIC_TASKPRI) == value;
	*mmio(APIC_TASKPRI) = before << 4;
	return taken ? "apic" : there ? "memory" : "nobody";
}

void apic_take_id(void *id)
{
	apic_write(APIC_ID, (u32)(u64)id << 24);
}

void apic_eoi(void)
{
	apic_write(APIC_EOI, 0);
}

void apic_enable(void)
{
	apic_write(APIC_SPIV, APIC_SPIV_APIC_ENABLED | VECTOR_SPURIOUS);
}

void apic_enable_x2apic(void)
{
	wrmsr(MSR_IA32_APICBASE, rdmsr(MSR_IA32_APICBASE) | APICBASE_EXTD);
	/* A CPU of QEMU without x2APIC accepts the bit and drops it. */
	this_cpu()->x2apic = rdmsr(MSR_IA32_APICBASE) & APICBASE_EXTD;
}

void apic_send(u32 icr, u32 dest)
{
	if (this_cpu()->x2apic) {
		wrmsr(X2APIC_MSR(APIC_ICR), (u64)dest << 32 | icr);
	} else {
		/* A CPU may still be sending the previous interrupt; KVM never is. */
		while (!mailbox.host && *mmio(APIC_ICR) & APIC_ICR_BUSY)
			pause();
		*mmio(APIC_ICR2) = dest << 24;
		*mmio(APIC_ICR) = icr;
	}
}

static void send_to_all(u8 vector)
{
	apic_send(APIC_DEST_ALLBUT | APIC_INT_ASSERT | APIC_DM_FIXED | vector, 0);
}

void apic_wake_all(void)
{
	send_to_all(VECTOR_WAKE);
}

void apic_fence(u32 nr_cpus)
{
	u32 before[nr_cpus];

	for (u32 i = 1; i < nr_cpus; i++)
		before[i] = cpus[i].received[VECTOR_FENCE];
	send_to_all(VECTOR_FENCE);
	for (u32 i = 1; i < nr_cpus; i++) {
		while (cpus[i].received[VECTOR_FENCE] == before[i])
			cpu_relax();
	}
	take_pending();
}

void take_pending(void)
{
	irq_enable();
	pause();
	irq_disable();
	/*
	 * An emulated STI may take effect late; HLT does not.  All vectors in use are in one
	 * IRR register.
	 */
	while (apic_read(APIC_IRR + VECTOR_TEST / 32 * 0x10))
		wait_for_irq();
}

void start_timer(u32 ns)
{
	apic_write(APIC_LVTT, VECTOR_TIMER);
	apic_write(APIC_TDCR, APIC_TDR_DIV_1);
	apic_write(APIC_TMICT, ns);
}

void stop_timer(void)
{
	apic_write(APIC_TMICT, 0);
	take_pending();
}

bool wait_for_change(const volatile u32 *word, u32 from, u32 ns)
{
	volatile u32 *timeouts = &this_cpu()->received[VECTOR_TIMER];
	u32 before = *timeouts;

	start_timer(ns);
	while (*word == from && *timeouts == before)
		wait_for_irq();
	stop_timer();
	return *word != from;
}

static char *put_decimal(char *p, u32 n)
{
	if (n >= 10)
		p = put_decimal(p, n / 10);
	*p++ = '0' + n % 10;
	return p;
}

u32 apic_received(u32 index, u8 vector)
{
	struct cpu *cpu = &cpus[index];
	u32 now = cpu->received[vector], n = now - cpu->seen[vector];

	cpu->seen[vector] = now;
	return n;
}

const char *receivers(u32 nr_cpus, u8 vector)
{
	static char pool[4096], *next = pool;
	char *name = next;
	u32 n = 0;

	for (u32 i = 0; i < nr_cpus; i++) {
		for (u32 times = apic_received(i, vector); times; times--) {
			if (n++ >= 4)
				continue;
			if (next != name)
				*next++ = '+';
			next = put_decimal(next, cpus[i].id);
		}
	}
	if (n == 0)
		return "none";
	if (n > 4) {
		next = put_decimal(name, n);
		for (const char *p = "-vCPUs"; *p; p++)
			*next++ = *p;
	}
	*next++ = '\0';
	return name;
}
