// SPDX-License-Identifier: GPL-2.0-only
#include "run/case.h"

#include <stddef.h>
#include <string.h>

#include "text.h"

static char *add_vcpus(char *words, const struct vm_note *v)
{
	return text_append(words, "%u vCPU%s", v->vcpus, v->vcpus == 1 ? "" : "s");
}

static char *add_ids(char *words, const struct vm_note *v)
{
	words = text_append(words, "ids");
	for (size_t i = 0; i < MAX_IDS && i < v->vcpus; i++)
		words = text_append(words, " %u", v->ids[i]);
	return words;
}

static char *add_irqchip(char *words, const struct vm_note *v)
{
	static const char *const names[] = {
		[IRQCHIP_KERNEL] = "kernel", [IRQCHIP_SPLIT] = "split", [IRQCHIP_NONE] = "no",
	};

	return text_append(words, "%s irqchip", names[v->irqchip]);
}

static char *add_ap_start(char *words, const struct vm_note *v)
{
	return text_append(words, "APs %s", v->ap_start == AP_WAIT_FOR_SIPI ? "by INIT-SIPI" : "running");
}

static char *add_late(char *words, const struct vm_note *v)
{
	return text_append(words, "%u vCPU%s added later", v->late, v->late == 1 ? "" : "s");
}

static char *add_time_limit(char *words, const struct vm_note *v)
{
	return text_append(words, "%u ms at most", v->time_limit_ms);
}

static char *add_capabilities(char *words, const struct vm_note *v)
{
	for (size_t i = 0; i < MAX_CAPABILITIES && v->enable[i].cap; i++)
		words = text_append(words, "%s%s 0x%x%s", i ? ", " : "", v->enable[i].name,
				    v->enable[i].arg, v->enable[i].of_vcpus ? " of each vCPU" : "");
	return words;
}

static char *add_cpuid(char *words, const struct vm_note *v)
{
	static const char *const registers[] = { "EAX", "EBX", "ECX", "EDX" };

	for (size_t i = 0; i < MAX_CPUID_EDITS; i++) {
		const struct cpuid_edit *e = &v->cpuid[i];

		if (e->set || e->clear)
			words = text_append(words, "%sCPUID.%x.%x:%s +0x%x -0x%x", i ? ", " : "", e->leaf,
					    e->index, registers[e->reg], e->set, e->clear);
	}
	return words;
}

/* Every field of struct vm_note but name and line; a new field goes in here, too. */
static const struct field {
	size_t offset, size;
	uint32_t initial;			/* the default */
	bool by_machine;		/* a machine without KVM may have this, too */
	const char *flag;		/* a field that is 0 or 1: what 1 means */
	char *(*add)(char *words, const struct vm_note *v);	/* any other field */
} fields[] = {
#define FIELD(name, ...)	{ offsetof(struct vm_note, name), sizeof(((struct vm_note *)0)->name), __VA_ARGS__ }
	FIELD(vcpus, .initial = 1, .by_machine = true, .add = add_vcpus),
	FIELD(ids, .by_machine = true, .add = add_ids),
	FIELD(irqchip, .initial = IRQCHIP_KERNEL, .add = add_irqchip),
	FIELD(ap_start, .initial = AP_RUNNING, .by_machine = true, .add = add_ap_start),
	FIELD(late, .add = add_late),
	FIELD(hypercalls, .flag = "hypercalls that return"),
	FIELD(time_limit_ms, .initial = 5000, .by_machine = true, .add = add_time_limit),
	FIELD(alone, .by_machine = true, .flag = "a run alone"),
	FIELD(only_kvm, .flag = "KVM"),
	FIELD(vmm_exits, .flag = "a VMM that answers exits"),
	FIELD(enable, .add = add_capabilities),
	FIELD(cpuid, .by_machine = true, .add = add_cpuid),
};

#define NR_FIELDS	(sizeof(fields) / sizeof(*fields))

_Static_assert(sizeof(struct vm_note) == offsetof(struct vm_note, vcpus) + 4 * (MAX_IDS + 9) +
	       MAX_CAPABILITIES * sizeof(struct capability) + MAX_CPUID_EDITS * sizeof(struct cpuid_edit),
	       "a new field of struct vm_note goes into fields[]");

static const struct vm_note zero;

static bool is_set(const struct vm_note *v, const struct field *f)
{
	return memcmp((const char *)v + f->offset, (const char *)&zero + f->offset, f->size);
}

static bool is_default(const struct vm_note *v, const struct field *f)
{
	return !is_set(v, f) || (f->initial && !memcmp((const char *)v + f->offset, &f->initial,
						       sizeof(f->initial)));
}

/* Append capabilities of @base that @v does not have itself; return false if there is no room. */
static bool inherit_capabilities(struct vm_note *v, const struct vm_note *base)
{
	size_t nr = 0;

	while (nr < MAX_CAPABILITIES && v->enable[nr].cap)
		nr++;
	for (size_t i = 0; i < MAX_CAPABILITIES && base->enable[i].cap; i++) {
		size_t k = 0;

		while (k < nr && v->enable[k].cap != base->enable[i].cap)
			k++;
		if (k < nr)
			continue;
		if (nr == MAX_CAPABILITIES)
			return false;
		v->enable[nr++] = base->enable[i];
	}
	return true;
}

bool variant_inherit(struct vm_note *v, const struct vm_note *base)
{
	bool fits = inherit_capabilities(v, base);

	for (const struct field *f = fields; f < fields + NR_FIELDS; f++) {
		if (!is_set(v, f))
			memcpy((char *)v + f->offset, (const char *)base + f->offset, f->size);
		if (!is_set(v, f))
			memcpy((char *)v + f->offset, &f->initial,
			       f->initial ? sizeof(f->initial) : 0);
	}
	return fits;
}

char *variant_needs(const struct vm_note *v, bool only_host)
{
	char *words = NULL;

	for (const struct field *f = fields; f < fields + NR_FIELDS; f++) {
		bool said = f->add == add_vcpus || !is_default(v, f);

		if (!said || (only_host && (f->by_machine || is_default(v, f))))
			continue;
		if (words)
			words = text_append(words, ", ");
		words = f->add ? f->add(words, v) : text_append(words, "%s", f->flag);
	}
	return words;
}

uint32_t vcpu_id(const struct vm_note *v, uint32_t index)
{
	for (uint32_t i = 0; i < MAX_IDS; i++) {
		if (v->ids[i])
			return index < MAX_IDS ? v->ids[index] : index;
	}
	return index;
}
