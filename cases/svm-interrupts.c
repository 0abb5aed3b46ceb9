// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts while a nested guest runs - APM 2, 15.13.1 and 15.21
 *
 * A VMCB has two switches for a physical interrupt: the INTR intercept, and V_INTR_MASKING.
 * With V_INTR_MASKING the interrupt is masked by the RFLAGS.IF that the hypervisor had at VMRUN,
 * else by the nested guest's.  Once it is not masked, the nested guest exits or, without the
 * intercept, takes it.  V_IRQ is a virtual interrupt, which only the nested guest's RFLAGS.IF
 * masks.  KVM borrows V_IRQ of the VMCB that the CPU sees: it has KVM told when RFLAGS.IF allows a
 * physical interrupt.  The hypervisor's V_IRQ must come back after that.
 *
 * If several events exit at once, an SMI is first, then an NMI, then an interrupt (8.5).
 *
 * The nested guest begins with RFLAGS.IF=0, and executes STI.  All events are pending before
 * VMRUN, which sets GIF.  A VM of this suite has no handler of SMIs: the case drops them.
 */
#include "apic.h"
#include "case.h"
#include "host.h"
#include "svm.h"

CASE("svm-interrupts", .vcpus = 2);
VARIANT("default");

#define INTERRUPT	(APIC_DM_FIXED | VECTOR_TEST)
#define VECTOR_VIRTUAL	0x31
#define VIRTUAL		(V_IRQ | V_IGN_TPR)

static struct vmcb vmcb __attribute__((aligned(0x1000)));

enum place { AT_ONCE, AT_STI, LATER, NOT_TAKEN };
static volatile enum place place;	/* where L2 is, or was at its exit */
static volatile enum place physical, virtual;	/* where an interrupt was taken */
static volatile bool vector_0;

static void take_physical(struct exception *e)
{
	(void)e;
	physical = place;
	apic_eoi();
}

static void take_virtual(struct exception *e)
{
	(void)e;
	virtual = place;
}

/* Vector 0 is that of the V_IRQ that KVM sets for itself. */
static void take_vector_0(struct exception *e)
{
	(void)e;
	vector_0 = true;
}

static void l2(void)
{
	place = AT_STI;
	asm volatile("sti; nop; nop; nop; nop; cli" ::: "memory");
	place = LATER;
}

static const char *exited(void)
{
	static const char *const names[] = { "exit-at-once", "exit-at-sti", "exit-later" };

	return names[place];
}

static const char *taken(enum place p)
{
	static const char *const names[] = { "taken-at-once", "taken-at-sti", "waits", "waits" };

	return names[p];
}

static const struct control {
	const char *name;
	bool pending;		/* a physical interrupt */
	u32 intercept, int_ctl;
	bool l1_if;
} controls[] = {
	{ "l2-if", true, INTERCEPT_INTR, 0, false },
	{ "l2-if-with-l1-if", true, INTERCEPT_INTR, 0, true },
	{ "l1-if-clear", true, INTERCEPT_INTR, V_INTR_MASKING, false },
	{ "l1-if-set", true, INTERCEPT_INTR, V_INTR_MASKING, true },
	{ "not-intercepted", true, 0, 0, false },
	{ "virtual", false, 0, VIRTUAL, false },
	{ "virtual-with-masking", false, 0, VIRTUAL | V_INTR_MASKING, false },
	{ "virtual-intercepted", false, INTERCEPT_VINTR, VIRTUAL, false },
	{ "virtual-and-physical", true, 0, VIRTUAL, false },
	{ "virtual-and-l1-if-clear", true, INTERCEPT_INTR, VIRTUAL | V_INTR_MASKING, false },
};

/* Drop a pending SMI. */
static void drop_smi(void)
{
	u32 index = this_cpu()->index;
	struct kvm_vcpu_events events = {};

	vcpu_ioctl(index, KVM_GET_VCPU_EVENTS, &events);
	events.flags = KVM_VCPUEVENT_VALID_SMM;
	events.smi.pending = 0;
	vcpu_ioctl(index, KVM_SET_VCPU_EVENTS, &events);
}

static u64 run(u32 intercept, u32 int_ctl, bool l1_if)
{
	u64 code;

	svm_prepare(&vmcb, false);
	vmcb.intercept[0] = intercept;
	vmcb.int_ctl = int_ctl;
	vmcb.int_vector = VECTOR_VIRTUAL;
	place = AT_ONCE;
	physical = virtual = NOT_TAKEN;
	vector_0 = false;
	if (l1_if)
		irq_enable();
	svm_call(&vmcb, l2);
	code = svm_enter(&vmcb);
	if (intercept & INTERCEPT_SMI)
		drop_smi();
	stgi();
	irq_disable();
	return code;
}

static void send_to_self(u32 icr)
{
	apic_send(icr | APIC_INT_ASSERT, this_cpu()->id);
}

static void observe_control(const struct control *c, const char *unseen)
{
	u64 code = 0;

	SCOPE(c->name);
	if (!unseen) {
		clgi();
		if (c->pending)
			send_to_self(INTERRUPT);
		code = run(c->intercept, c->int_ctl, c->l1_if);
		take_pending();
	}
	if (c->pending) {
		observe("physical", unseen ? unseen : code == SVM_EXIT_INTR ? exited() : taken(physical));
		observe("physical.then", unseen ? unseen : physical == NOT_TAKEN ? "lost" : "taken");
		observe("vector-0", unseen ? unseen : vector_0 ? "taken" : "none");
	}
	if (c->int_ctl & V_IRQ) {
		observe("virtual", unseen ? unseen : code == SVM_EXIT_VINTR ? exited() : taken(virtual));
		observe("virtual.then", unseen ? unseen : vmcb.int_ctl & V_IRQ ? "pending" : "clear");
	}
}

static const char *first(u64 code)
{
	return code == SVM_EXIT_SMI ? "smi" : code == SVM_EXIT_NMI ? "nmi" :
	       code == SVM_EXIT_INTR ? "interrupt" : "other";
}

/* Observe which of two pending events exits first; then L1 takes the other. */
static void observe_first(const char *key, u32 event, u32 other, const char *unseen)
{
	if (!unseen) {
		clgi();
		send_to_self(event);
		send_to_self(other);
		unseen = first(run(INTERCEPT_SMI | INTERCEPT_NMI | INTERCEPT_INTR, V_INTR_MASKING, true));
	}
	observe(key, unseen);
}

static const char *no_smi(void)
{
	if (!mailbox.host)
		return UNSEEN_GUEST "an SMI is the firmware's";
	return check_extension(KVM_CAP_X86_SMM) ? NULL : UNSEEN_HOST "no SMM (CONFIG_KVM_SMM)";
}

static void observe_interrupts(void)
{
	const char *unseen = svm_enable(), *unseen_smi = unseen ? unseen : no_smi();

	set_handler(VECTOR_TEST, take_physical);
	set_handler(VECTOR_VIRTUAL, take_virtual);
	set_handler(X86_TRAP_DE, take_vector_0);
	for (u32 i = 0; i < ARRAY_SIZE(controls); i++)
		observe_control(&controls[i], unseen);
	SCOPE("first");
	observe_first("nmi+interrupt", APIC_DM_NMI, INTERRUPT, unseen);
	observe_first("smi+interrupt", APIC_DM_SMI, INTERRUPT, unseen_smi);
	observe_first("smi+nmi", APIC_DM_SMI, APIC_DM_NMI, unseen_smi);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_interrupts);
}
