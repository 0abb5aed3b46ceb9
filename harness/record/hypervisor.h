/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_HYPERVISOR_H
#define RECORD_HYPERVISOR_H

#include <stdint.h>

#include "record/facts.h"

#define HYPERVISORS	"none|tcg|bochs|kvm|hyperv|vmware|xen|virtualbox|other"

/*
 * hypervisor_of() - return the fact "hypervisor" for the signature in EBX, ECX and EDX of
 * CPUID 0x40000000, which exists if bit 31 of CPUID 1 ECX is set.
 */
const char *hypervisor_of(const uint32_t signature[3]);

/* hypervisor_emulates() - whether the CPU is an emulator's, which is slow and has no caches. */
bool hypervisor_emulates(const struct facts *facts);

#endif
