/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The facts of the platform of a run: "vendor=amd", "kernel=6.12.107",
 * "npt=1".
 */
#ifndef RECORD_FACTS_H
#define RECORD_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fact {
	char *key, *value;
};

struct facts {
	struct fact *list;
	size_t nr;
};

/* facts_set() - set a fact, or replace its value; the text is made printable. */
void facts_set(struct facts *facts, const char *key, const char *value);

/* facts_get() - return the value of @key, or NULL if it is not set. */
const char *facts_get(const struct facts *facts, const char *key);
bool facts_is(const struct facts *facts, const char *key, const char *value);
void facts_free(struct facts *facts);

/* fact_is_known() - whether @key can be a fact of any platform. */
bool fact_is_known(const char *key);

/*
 * fact_validate() - return NULL if @key, a known fact, can have @value; else an error,
 * which the caller frees.
 */
char *fact_validate(const char *key, const char *value);

/*
 * hypervisor_of() - return the fact "hypervisor" for the signature in EBX, ECX and EDX of
 * CPUID 0x40000000, which exists if bit 31 of CPUID 1 ECX is set.
 */
const char *hypervisor_of(const uint32_t signature[3]);

/* hypervisor_emulates() - whether the CPU is an emulator's, which is slow and has no caches. */
bool hypervisor_emulates(const struct facts *facts);

/* The version of the sources, from ci/version: the fact "suite" of a record. */
extern const char suite_version[];

#endif
