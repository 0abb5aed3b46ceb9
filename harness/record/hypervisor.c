// SPDX-License-Identifier: GPL-2.0-only
#include "record/hypervisor.h"

#include <string.h>

#include "text.h"

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
