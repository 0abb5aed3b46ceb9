// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events that do not reach the nested guest at once - APM 2, 15.7.2 and 15.20
 *
 * A #VMEXIT may come while the CPU delivers an event by the nested guest's IDT, here because the
 * IDT is not mapped and the hypervisor intercepts #PF.  EXITINTINFO then has the event that was
 * not delivered: one that the nested guest has raised, or that the hypervisor has injected by
 * EVENTINJ.  The intercept is checked before the two combine, so that even a #DF and a #PF are
 * no shutdown.
 *
 * KVM has such exits, too, of which the hypervisor knows nothing: if a page of KVM's own nested
 * page tables is not there yet.  KVM then injects the event again.  If the hypervisor has injected
 * an NMI by EVENTINJ, further NMIs are not blocked while the nested guest handles it.  That KVM
 * injects it again must not change this.
 */
#include "apic.h"
#include "case.h"
#include "svm.h"

CASE("svm-events", .vcpus = 2);
VARIANT("default");

#define BAD_SELECTOR	0xfff8
#define ERROR_CODE(n)	(EVENT_HAS_ERROR_CODE | (u64)(n) << 32)
#define EXCEPTION(n)	(EVENT_VALID | EVENT_TYPE_EXCEPTION | (n))
#define PATIENCE	1000

static struct vmcb vmcb __attribute__((aligned(0x1000)));

static void nothing(void)
{
}

static void raise_ud(void)
{
	asm volatile("ud2");
}

static void raise_gp(void)
{
	asm volatile("mov %0, %%ds" :: "r"(BAD_SELECTOR));
}

static void raise_soft(void)
{
	asm volatile("int %0" :: "i"(VECTOR_TEST));
}

/* An event, and how L2 raises it; L1 injects it if L2 does nothing. */
static const struct event {
	const char *name;
	u64 event;
	void (*raise)(void);
} events[] = {
	{ "raised.ud", EXCEPTION(X86_TRAP_UD), raise_ud },
	{ "raised.gp", EXCEPTION(X86_TRAP_GP) | ERROR_CODE(BAD_SELECTOR), raise_gp },
	{ "raised.soft", EVENT_VALID | EVENT_TYPE_SOFT | VECTOR_TEST, raise_soft },
	{ "injected.interrupt", EVENT_VALID | EVENT_TYPE_INTR | VECTOR_TEST, nothing },
	{ "injected.nmi", EVENT_VALID | EVENT_TYPE_NMI, nothing },
	{ "injected.ud", EXCEPTION(X86_TRAP_UD), nothing },
	{ "injected.gp", EXCEPTION(X86_TRAP_GP) | ERROR_CODE(BAD_SELECTOR), nothing },
	{ "injected.pf", EXCEPTION(X86_TRAP_PF) | ERROR_CODE(2), nothing },
	{ "injected.df", EXCEPTION(X86_TRAP_DF) | ERROR_CODE(0), nothing },
};

/* The vector of an NMI goes without saying: KVM says 0. */
static const char *info_name(u64 info, u64 event)
{
	if ((event & EVENT_TYPE_MASK) == EVENT_TYPE_NMI)
		info &= ~0xfful;
	if (!(info & EVENT_VALID))
		return "none";
	return (u32)info != (u32)event ? "another-event" :
	       event & EVENT_HAS_ERROR_CODE && info != event ? "another-error-code" : "event";
}

static void observe_event(const struct event *e, const char *unseen)
{
	u64 code;

	SCOPE(e->name);
	if (!unseen) {
		svm_prepare(&vmcb, false);
		vmcb.idtr.base = NOWHERE;
		vmcb.intercept[0] = INTERCEPT_SHUTDOWN;
		vmcb.intercept_exception = BIT(X86_TRAP_PF);
		vmcb.event_inj = e->raise == nothing ? e->event : 0;
		code = svm_run(&vmcb, e->raise);
		note("exit code 0x%lx, EXITINTINFO 0x%lx", code, vmcb.exit_int_info);
	}
	observe("exit", unseen ? unseen : code == SVM_EXIT_EXCEPTION + X86_TRAP_PF ? "#PF" :
		code == SVM_EXIT_SHUTDOWN ? "shutdown" : "other");
	observe("info", unseen ? unseen : info_name(vmcb.exit_int_info, e->event));
}

/* L2's handler of NMIs, which does not execute IRET. */
void handler_of_l2(void);
asm(".text\nhandler_of_l2: vmmcall\n");

static const char *nmi_of_l2(bool nested_paging)
{
	u64 gate = set_gate(X86_TRAP_NMI, (u64)handler_of_l2);

	svm_prepare(&vmcb, nested_paging);
	vmcb.event_inj = EVENT_VALID | EVENT_TYPE_NMI;
	svm_call(&vmcb, nothing);
	svm_enter(&vmcb);
	set_gate(X86_TRAP_NMI, gate);
	stgi();
	return vmcb.rip == (u64)handler_of_l2 ? "taken" : "lost";
}

static const char *nmi_of_l1(void)
{
	const struct cpu *cpu = this_cpu();
	u32 before = cpu->received[X86_TRAP_NMI];

	apic_send(APIC_DM_NMI | APIC_INT_ASSERT, cpu->id);
	for (u32 i = 0; cpu->received[X86_TRAP_NMI] == before && i < PATIENCE; i++)
		pause();
	return cpu->received[X86_TRAP_NMI] == before ? "blocked" : "taken";
}

static void observe_nmi(const char *scope, bool nested_paging, const char *unseen)
{
	SCOPE(scope);
	observe("nmi", unseen ? unseen : nmi_of_l2(nested_paging));
	observe("nmi.then-l1", unseen ? unseen : nmi_of_l1());
}

static void observe_events(void)
{
	const char *unseen = svm_enable(), *no_npt = unseen ? unseen : svm_nested_paging();

	for (u32 i = 0; i < ARRAY_SIZE(events); i++)
		observe_event(&events[i], unseen);
	observe_nmi("npt", true, no_npt);
	observe_nmi("no-npt", false, unseen);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_events);
}
