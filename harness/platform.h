/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the suite runs, as facts: "vendor=amd", "kernel=6.12.107", "npt=1".
 */
#ifndef HARNESS_PLATFORM_H
#define HARNESS_PLATFORM_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>

struct fact {
	char *key, *value;
};

struct platform {
	struct fact *facts;
	size_t nr_facts;
	int kvm;			/* /dev/kvm, or -1 */
	char *no_kvm;			/* why it is -1, and the remedy */
	char *broken;			/* what failed here that never should; NULL */
	struct kvm_cpuid2 *cpuid;	/* KVM_GET_SUPPORTED_CPUID */
};

/* platform_read() - find out all facts, and open /dev/kvm. */
void platform_read(struct platform *p);
void platform_free(struct platform *p);

/* platform_set() - state a fact, in place of what was found. */
void platform_set(struct platform *p, const char *key, const char *value);

/* platform_get() - the value of @key, or NULL where it is no fact here. */
const char *platform_get(const struct platform *p, const char *key);

bool platform_is_vendor(const struct platform *p, const char *vendor);

/* platform_knows() - whether @key can be a fact of any platform. */
bool platform_knows(const char *key);

/*
 * platform_check() - NULL if @key, which is known, can have @value; else the
 * error, which the caller frees.
 */
char *platform_check(const char *key, const char *value);

#endif
