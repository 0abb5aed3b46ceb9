// SPDX-License-Identifier: GPL-2.0-only
#include "record/facts.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define FLAG	"0|1"
#define HYPERVISORS	"none|tcg|bochs|kvm|hyperv|vmware|xen|virtualbox|other"
#define ANY	NULL

/*
 * The known facts, except module parameters, which are named MODULE.PARAMETER, and
 * their possible values, if these are few.
 */
static const struct {
	const char *key, *values;
} known[] = {
	{ "suite", ANY }, { "vendor", "intel|amd|pvm|metal|unknown" }, { "kernel", ANY }, { "cpu", ANY },
	{ "where", ANY }, { "hypervisor", HYPERVISORS }, { "emulator", ANY }, { "npt", FLAG }, { "ept", FLAG },
	{ "nested", FLAG }, { "vgif", FLAG }, { "avic", FLAG }, { "apicv", FLAG },
	{ "x2avic", FLAG },
	{ "fdp_excptn_only", FLAG }, { "zero_fcs_fds", FLAG }, { "selfsnoop", FLAG },
	{ "aperfmperf", FLAG },
	{ "x2apic_api", ANY }, { "quirks", ANY }, { "no_hw_error_code", FLAG },
	{ "zero_length", FLAG }, { "hypercalls", FLAG }, { "shstk", FLAG }, { "sev_es", FLAG },
	{ "sev_snp", FLAG }, { "enable_ipiv", FLAG }, { "clocksource", ANY },
	{ "moved", FLAG }, { "moves", ANY }, { "saved_by", ANY },
	/* bare metal */
	{ "cpu_vendor", ANY }, { "mtrr", ANY }, { "x2apic", FLAG },
	{ "xapic_id_writable", FLAG }, { "cpus", ANY }, { "firmware", ANY }, { "com1", FLAG },
	{ "watchdog", FLAG }, { "smt", FLAG },
};

bool fact_is_known(const char *key)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!strcmp(key, known[i].key))
			return true;
	}
	return !strncmp(key, "kvm.", 4) || !strncmp(key, "kvm_", 4);
}

char *fact_validate(const char *key, const char *value)
{
	if (!*value)
		return text("%s is empty", key);
	if (!strcmp(key, "kernel") && (*value < '0' || *value > '9'))
		return text("kernel \"%s\" is not a version, expected a number", value);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!strcmp(key, known[i].key) && known[i].values &&
		    !text_is_one_of(value, known[i].values))
			return text("%s is never \"%s\", expected one of %s", key, value,
				    known[i].values);
	}
	return NULL;
}

const char *facts_get(const struct facts *facts, const char *key)
{
	for (size_t i = 0; i < facts->nr; i++) {
		if (!strcmp(facts->list[i].key, key))
			return facts->list[i].value;
	}
	return NULL;
}

bool facts_is(const struct facts *facts, const char *key, const char *value)
{
	const char *here = facts_get(facts, key);

	return here && !strcmp(here, value);
}

void facts_set(struct facts *facts, const char *key, const char *value)
{
	for (size_t i = 0; i < facts->nr; i++) {
		if (!strcmp(facts->list[i].key, key)) {
			free(facts->list[i].value);
			facts->list[i].value = text_printable(value);
			return;
		}
	}
	APPEND(facts->list, facts->nr, (struct fact) { text_printable(key), text_printable(value) });
}

void facts_free(struct facts *facts)
{
	for (size_t i = 0; i < facts->nr; i++) {
		free(facts->list[i].key);
		free(facts->list[i].value);
	}
	free(facts->list);
}

static const char *const signatures[][2] = {
	{ "TCGTCGTCGTCG", "tcg" }, { "KVMKVMKVM\0\0\0", "kvm" }, { "Microsoft Hv", "hyperv" },
	{ "VMwareVMware", "vmware" }, { "XenVMMXenVMM", "xen" }, { "VBoxVBoxVBox", "virtualbox" },
};

const char *hypervisor_of(const uint32_t signature[3])
{
	for (size_t i = 0; i < sizeof(signatures) / sizeof(*signatures); i++) {
		if (!memcmp(signatures[i][0], signature, 3 * sizeof(*signature)))
			return signatures[i][1];
	}
	return "other";
}

bool hypervisor_emulates(const struct facts *facts)
{
	const char *hypervisor = facts_get(facts, "hypervisor");

	return hypervisor && text_is_one_of(hypervisor, "tcg|bochs");
}
