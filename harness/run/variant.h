/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VM that a variant describes: struct vm_note of the payload, and its fields as one table.
 */
#ifndef RUN_VARIANT_H
#define RUN_VARIANT_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

/*
 * variant_inherit() - set the fields of @v that are zero to those of @base, and those that
 * are still zero to their defaults.  Capabilities of @base are added to those of @v, which
 * win if both have one; return false if they are more than MAX_CAPABILITIES.
 */
bool variant_inherit(struct vm_note *v, const struct vm_note *base);

/*
 * variant_needs() - describe in words what @v needs: "2 vCPUs, KVM_CAP_X2APIC_API 0x1".
 * @only_host: only what a machine without KVM does not have; NULL if that is nothing
 *
 * The caller frees the result.
 */
char *variant_needs(const struct vm_note *v, bool only_host);

/* vcpu_id() - return the id of vCPU @index: from .ids if @v has any, else @index. */
uint32_t vcpu_id(const struct vm_note *v, uint32_t index);

#endif
