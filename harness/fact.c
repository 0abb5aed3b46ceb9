// SPDX-License-Identifier: GPL-2.0-only
#include "platform.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Facts besides the modules' parameters, which are named MODULE.PARAMETER. */
static const char *const known[] = {
	"vendor", "kernel", "cpu", "emulator", "npt", "ept", "nested", "vgif", "avic",
	"apicv", "fdp_excptn_only", "zero_fcs_fds", "selfsnoop", "x2apic_api", "quirks",
	"no_hw_error_code", "zero_length", "hypercalls",
	/* bare metal */
	"cpu_vendor", "mtrr", "x2apic", "xapic_id_writable", "cpus", "firmware",
};

bool platform_knows(const char *key)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!strcmp(key, known[i]))
			return true;
	}
	return !strncmp(key, "kvm.", 4) || !strncmp(key, "kvm_", 4);
}

const char *platform_get(const struct platform *p, const char *key)
{
	for (size_t i = 0; i < p->nr_facts; i++) {
		if (!strcmp(p->facts[i].key, key))
			return p->facts[i].value;
	}
	return NULL;
}

void platform_set(struct platform *p, const char *key, const char *value)
{
	for (size_t i = 0; i < p->nr_facts; i++) {
		if (!strcmp(p->facts[i].key, key)) {
			free(p->facts[i].value);
			p->facts[i].value = text("%s", value);
			return;
		}
	}
	p->facts = xrealloc(p->facts, (p->nr_facts + 1) * sizeof(*p->facts));
	p->facts[p->nr_facts++] = (struct fact) { text("%s", key), text("%s", value) };
}
