// SPDX-License-Identifier: GPL-2.0-only
#include "run/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "text.h"

#define MSR_TSC			0x10
#define MSR_FEAT_CTL		0x3a
#define MSR_MTRR_DEF_TYPE	0x2ff
#define MSR_VMX_PINBASED_CTLS	0x481
#define MSR_VMX_ENTRY_CTLS	0x484
#define MSR_VMX_CR0_FIXED1	0x487
#define MSR_VMX_CR4_FIXED1	0x489
#define MSR_TSC_DEADLINE	0x6e0

#define GUEST_SSP		(KVM_REG_X86 | KVM_REG_SIZE_U64 | 3ull << 32)	/* api.rst 4.68 */

#define NR_IRQCHIPS		3	/* both PICs, and the I/O APIC */
#define MAX_CPUID_ENTRIES	256

void state_add(struct state *s, const char *name, unsigned long request, const void *structure,
	       size_t size, unsigned long value)
{
	struct call c = { .name = name, .request = request, .size = size, .value = value };

	if (size)
		c.structure = memcpy(xrealloc(NULL, size), structure, size);
	APPEND(s->calls, s->nr, c);
}

void state_remove(struct state *s, size_t i)
{
	free(s->calls[i].structure);
	s->nr--;
	memmove(&s->calls[i], &s->calls[i + 1], (s->nr - i) * sizeof(*s->calls));
}

void state_free(struct state *s)
{
	for (size_t i = 0; i < s->nr; i++)
		free(s->calls[i].structure);
	free(s->calls);
	*s = (struct state) {};
}

void state_describe(const struct state *s, char *words, size_t size)
{
	for (size_t i = 0; i < s->nr; i++) {
		const struct call *c = &s->calls[i];
		size_t used = strlen(words);

		if (i && c->request == s->calls[i - 1].request)
			continue;
		used += snprintf(words + used, size - used, "%s%s", used ? " " : "", c->name);
		if (used < size && (c->request == KVM_SET_CPUID2 || c->request == KVM_SET_MSRS))
			snprintf(words + used, size - used, " %u", *(const uint32_t *)c->structure);
	}
}

static bool offers(struct vm *vm, uint32_t cap)
{
	return VM_IOCTL(vm, vm->fd, KVM_CHECK_EXTENSION, (unsigned long)cap) > 0;
}

/* A part of a vCPU's state, which one ioctl gets and another sets. */
struct part {
	const char *name;		/* of @set */
	unsigned long get, set;
	uint32_t cap;			/* that KVM must offer, or 0 */
	void (*read)(struct vcpu *v, const struct part *p, struct state *s);
};

static void read_structure(struct vcpu *v, const struct part *p, struct state *s)
{
	char structure[_IOC_SIZE(p->get)];

	memset(structure, 0, sizeof(structure));
	VM_IOCTL(v->vm, v->fd, p->get, structure);
	state_add(s, p->name, p->set, structure, sizeof(structure), 0);
}

static void read_cpuid(struct vcpu *v, const struct part *p, struct state *s)
{
	struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[MAX_CPUID_ENTRIES];
	} cpuid = { .head.nent = MAX_CPUID_ENTRIES };

	VM_IOCTL(v->vm, v->fd, p->get, &cpuid);
	/* Before 6.4, KVM does not set nent; what follows the last leaf is still zero. */
	while (cpuid.head.nent > 1 && !cpuid.entries[cpuid.head.nent - 1].function)
		cpuid.head.nent--;
	state_add(s, p->name, p->set, &cpuid,
		  sizeof(cpuid.head) + cpuid.head.nent * sizeof(cpuid.entries[0]), 0);
}

static void read_tsc_khz(struct vcpu *v, const struct part *p, struct state *s)
{
	state_add(s, p->name, p->set, NULL, 0, VM_IOCTL(v->vm, v->fd, p->get, 0));
}

/* XSAVE: KVM says how large its structure is. */
static void read_xsave(struct vcpu *v, const struct part *p, struct state *s)
{
	int size = VM_IOCTL(v->vm, v->vm->fd, KVM_CHECK_EXTENSION, KVM_CAP_XSAVE2);
	struct kvm_xsave *xsave;

	if (size < (int)sizeof(*xsave))
		size = sizeof(*xsave);
	xsave = xrealloc(NULL, size);
	VM_IOCTL(v->vm, v->fd, size > (int)sizeof(*xsave) ? KVM_GET_XSAVE2 : p->get, xsave);
	state_add(s, p->name, p->set, xsave, size, 0);
	free(xsave);
}

static void read_nested(struct vcpu *v, const struct part *p, struct state *s)
{
	int size = VM_IOCTL(v->vm, v->vm->fd, KVM_CHECK_EXTENSION, KVM_CAP_NESTED_STATE);
	struct kvm_nested_state *nested = xrealloc(NULL, size);

	memset(nested, 0, size);
	nested->size = size;
	VM_IOCTL(v->vm, v->fd, p->get, nested);
	state_add(s, p->name, p->set, nested, nested->size, 0);
	free(nested);
}

static void read_tsc_offset(struct vcpu *v, const struct part *p, struct state *s)
{
	uint64_t offset;
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET, .addr = (uintptr_t)&offset,
	};

	if (ioctl(v->fd, KVM_HAS_DEVICE_ATTR, &attr))
		return;
	VM_IOCTL(v->vm, v->fd, p->get, &attr);
	state_add(s, p->name, p->set, &offset, sizeof(offset), 0);
}

/* The shadow-stack pointer: no part of KVM_GET_REGS, and of no vCPU without shadow stacks. */
static void read_ssp(struct vcpu *v, const struct part *p, struct state *s)
{
	uint64_t ssp;
	struct kvm_one_reg reg = { .id = GUEST_SSP, .addr = (uintptr_t)&ssp };

	if (!ioctl(v->fd, p->get, &reg))
		state_add(s, p->name, p->set, &ssp, sizeof(ssp), 0);
}

static void read_events(struct vcpu *v, const struct part *p, struct state *s)
{
	struct kvm_vcpu_events events;

	VM_IOCTL(v->vm, v->fd, p->get, &events);
	events.flags |= KVM_VCPUEVENT_VALID_NMI_PENDING;
	state_add(s, p->name, p->set, &events, sizeof(events), 0);
}

#define MSR_MC0_CTL2		0x280
#define MSR_MC0_CTL		0x400
#define MCE_BANKS		32

/* MSRs that KVM emulates and KVM_GET_MSR_INDEX_LIST does not name. */
static const struct {
	uint32_t first, last;
} unlisted[] = {
	{ 0x200, 0x20f }, { 0x250, 0x250 }, { 0x258, 0x259 }, { 0x268, 0x26f },	/* MTRRs */
	{ MSR_MTRR_DEF_TYPE, MSR_MTRR_DEF_TYPE },
	{ 0xc0010114, 0xc0010114 },	/* VM_CR */
	{ 0xc0010140, 0xc0010141 },	/* OSVW */
};

struct msrs {
	struct kvm_msrs head;
	struct kvm_msr_entry entries[MAX_MSRS];
};

/* Add an MSR whose value read_all() reads. */
static void add_msr(struct msrs *m, uint32_t index)
{
	if (m->head.nmsrs < MAX_MSRS)
		m->entries[m->head.nmsrs++] = (struct kvm_msr_entry) { .index = index };
}

/* KVM computes these from other MSRs and from CPUID, and accepts no value. */
static bool is_computed(uint32_t index)
{
	return (index >= MSR_VMX_PINBASED_CTLS && index <= MSR_VMX_ENTRY_CTLS) ||
		index == MSR_VMX_CR0_FIXED1 || index == MSR_VMX_CR4_FIXED1;
}

/* Add the MSRs of the list that @request gets, except those that have a part of their own. */
static void add_msrs(struct vcpu *v, struct msrs *m, unsigned long request, const char *name)
{
	struct {
		struct kvm_msr_list head;
		uint32_t indices[MAX_MSRS];
	} list = { .head.nmsrs = MAX_MSRS };

	vm_ioctl(v->vm, v->vm->host->kvm, request, name, &list);
	for (uint32_t i = 0; i < list.head.nmsrs; i++) {
		uint32_t index = list.indices[i];

		if (index != MSR_TSC && index != MSR_TSC_DEADLINE && index != MSR_FEAT_CTL &&
		    !is_computed(index))
			add_msr(m, index);
	}
}

/* Read their values; remove those that this vCPU does not have, at which KVM_GET_MSRS stops. */
static void read_all(struct vcpu *v, struct msrs *m)
{
	struct msrs rest = *m;

	m->head.nmsrs = 0;
	while (rest.head.nmsrs) {
		uint32_t n = VM_ASK(v->vm, v->fd, KVM_GET_MSRS, &rest), behind = n + 1;

		memcpy(m->entries + m->head.nmsrs, rest.entries, n * sizeof(rest.entries[0]));
		m->head.nmsrs += n;
		if (n == rest.head.nmsrs)
			break;
		rest.head.nmsrs -= behind;
		memmove(rest.entries, rest.entries + behind, rest.head.nmsrs * sizeof(rest.entries[0]));
	}
}

static void read_part(struct vcpu *v, const struct part *p, struct state *s, struct msrs *m)
{
	read_all(v, m);
	state_add(s, p->name, p->set, m,
		  sizeof(m->head) + m->head.nmsrs * sizeof(m->entries[0]), 0);
}

/* What the vCPU has of VMX depends on these: before its nested state. */
static void read_features(struct vcpu *v, const struct part *p, struct state *s)
{
	struct msrs m = {};

	add_msrs(v, &m, KVM_GET_MSR_FEATURE_INDEX_LIST, "KVM_GET_MSR_FEATURE_INDEX_LIST");
	add_msr(&m, MSR_FEAT_CTL);
	read_part(v, p, s, &m);
}

static void read_msrs(struct vcpu *v, const struct part *p, struct state *s)
{
	struct msrs m = {};

	add_msrs(v, &m, KVM_GET_MSR_INDEX_LIST, "KVM_GET_MSR_INDEX_LIST");
	for (size_t i = 0; i < sizeof(unlisted) / sizeof(*unlisted); i++) {
		for (uint32_t index = unlisted[i].first; index <= unlisted[i].last; index++)
			add_msr(&m, index);
	}
	read_part(v, p, s, &m);
}

/* The list leaves out the MCE banks (api.rst 4.3).  KVM_SET_MSRS takes 256 MSRs at once. */
static void read_banks(struct vcpu *v, const struct part *p, struct state *s)
{
	struct msrs m = {};

	for (uint32_t i = 0; i < MCE_BANKS; i++) {
		add_msr(&m, MSR_MC0_CTL2 + i);
		for (uint32_t n = 0; n < 4; n++)	/* CTL, STATUS, ADDR, MISC */
			add_msr(&m, MSR_MC0_CTL + 4 * i + n);
	}
	read_part(v, p, s, &m);
}

static void read_deadline(struct vcpu *v, const struct part *p, struct state *s)
{
	struct msrs m = {};

	add_msr(&m, MSR_TSC_DEADLINE);
	read_part(v, p, s, &m);
}

#define PART(what, ...)	\
	{ .name = "KVM_SET_" #what, .get = KVM_GET_##what, .set = KVM_SET_##what, ##__VA_ARGS__ }

/*
 * In the order in which they are set.  They are read in the reverse order, because
 * KVM_GET_MP_STATE takes a pending INIT or SIPI, which changes registers.
 */
static const struct part parts[] = {
	PART(CPUID2, .read = read_cpuid),
	PART(TSC_KHZ, .cap = KVM_CAP_TSC_CONTROL, .read = read_tsc_khz),
	PART(MSRS, .cap = KVM_CAP_GET_MSR_FEATURES, .read = read_features),
	PART(SREGS2, .cap = KVM_CAP_SREGS2),
	PART(XSAVE, .read = read_xsave),
	PART(XCRS, .cap = KVM_CAP_XCRS),
	PART(LAPIC),
	PART(MSRS, .read = read_msrs),
	PART(MSRS, .read = read_banks),
	PART(ONE_REG, .cap = KVM_CAP_ONE_REG, .read = read_ssp),
	PART(DEVICE_ATTR, .cap = KVM_CAP_VCPU_ATTRIBUTES, .read = read_tsc_offset),
	PART(MSRS, .read = read_deadline),
	PART(NESTED_STATE, .cap = KVM_CAP_NESTED_STATE, .read = read_nested),
	PART(REGS),
	PART(VCPU_EVENTS, .read = read_events),
	PART(DEBUGREGS),
	PART(MP_STATE),
};

struct state state_of_vcpu(struct vcpu *v)
{
	struct state reversed = {}, s = {};

	for (size_t i = sizeof(parts) / sizeof(*parts); i-- > 0; ) {
		const struct part *p = &parts[i];

		if (p->get == KVM_GET_LAPIC && v->vm->note->irqchip == IRQCHIP_NONE)
			continue;
		if (!p->cap || offers(v->vm, p->cap))
			(p->read ? p->read : read_structure)(v, p, &reversed);
	}
	while (reversed.nr)
		APPEND(s.calls, s.nr, reversed.calls[--reversed.nr]);
	free(reversed.calls);
	return s;
}

struct state state_of_vm(struct vm *vm)
{
	struct kvm_clock_data clock = {};
	struct kvm_pit_state2 pit = {};
	struct state s = {};

	for (uint32_t i = 0; vm->note->irqchip == IRQCHIP_KERNEL && i < NR_IRQCHIPS; i++) {
		struct kvm_irqchip chip = { .chip_id = i };

		VM_IOCTL(vm, vm->fd, KVM_GET_IRQCHIP, &chip);
		state_add(&s, "KVM_SET_IRQCHIP", KVM_SET_IRQCHIP, &chip, sizeof(chip), 0);
	}
	if (!VM_ASK(vm, vm->fd, KVM_GET_PIT2, &pit))	/* ENXIO without a PIT */
		state_add(&s, "KVM_SET_PIT2", KVM_SET_PIT2, &pit, sizeof(pit), 0);
	VM_IOCTL(vm, vm->fd, KVM_GET_CLOCK, &clock);
	clock.flags &= KVM_CLOCK_REALTIME;
	state_add(&s, "KVM_SET_CLOCK", KVM_SET_CLOCK, &clock, sizeof(clock), 0);
	return s;
}

/* Add to the report that KVM refuses an MSR, once. */
static void note_refused(struct vm *vm, const struct kvm_msr_entry *e)
{
	char *refused = vm->report->refused, msr[48];
	size_t used = strlen(refused);

	snprintf(msr, sizeof(msr), "MSR 0x%x", e->index);
	if (!strstr(refused, msr))
		snprintf(refused + used, LINE_SIZE - used, "%s%s = 0x%llx", used ? ", " : "", msr, e->data);
}

/* Set MSRs; note each that KVM refuses, and go on behind it. */
static void set_msrs(struct vm *vm, int fd, const struct msrs *all)
{
	struct msrs m;

	for (uint32_t done = 0; done < all->head.nmsrs; done++) {
		int64_t n;

		m.head = (struct kvm_msrs) { .nmsrs = all->head.nmsrs - done };
		memcpy(m.entries, all->entries + done, m.head.nmsrs * sizeof(m.entries[0]));
		n = VM_ASK(vm, fd, KVM_SET_MSRS, &m);
		done += n > 0 ? n : 0;
		if (done < all->head.nmsrs)
			note_refused(vm, &all->entries[done]);
	}
}

static void set(struct vm *vm, int fd, const char *who, const struct call *c)
{
	struct kvm_device_attr attr = {
		.group = KVM_VCPU_TSC_CTRL, .attr = KVM_VCPU_TSC_OFFSET,
		.addr = (uintptr_t)c->structure,
	};
	struct kvm_one_reg ssp = { .id = GUEST_SSP, .addr = (uintptr_t)c->structure };
	void *argument = c->request == KVM_SET_DEVICE_ATTR ? (void *)&attr :
		c->request == KVM_SET_ONE_REG ? (void *)&ssp :
		c->size ? c->structure : (void *)c->value;

	if (c->request == KVM_SET_MSRS)
		set_msrs(vm, fd, c->structure);
	else if (ioctl(fd, c->request, argument))
		vm_finish(vm, END_EXIT, "moved: KVM refuses %s of %s: %s", c->name, who,
			  strerror(errno));
}

void state_set(struct vm *vm, int fd, const char *who, const struct state *s)
{
	for (size_t i = 0; i < s->nr; i++)
		set(vm, fd, who, &s->calls[i]);
}
