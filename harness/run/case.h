/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A case as the harness reads it from its payload: an ELF64 file whose notes
 * describe the VM that each variant needs.
 */
#ifndef RUN_CASE_H
#define RUN_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

struct case_symbol {
	uint64_t address;
	char *name;
};

struct case_file {
	char *path;
	char *name;			/* of the file, without directory and suffix */
	uint64_t entry;
	struct boot_note boot;
	struct vm_note *variants;	/* with the case's fields and defaults filled in */
	size_t nr_variants;
	uint8_t *image;			/* memory from IMAGE_BASE on, at entry */
	size_t image_size;
	struct case_symbol *symbols;
	size_t nr_symbols;
};

/*
 * case_read() - read the payload at @path.
 *
 * Nothing in the file is trusted.  Return NULL, or one line that says what is
 * wrong, which the caller frees; @c then still has its path and name.
 */
char *case_read(struct case_file *c, const char *path);
void case_free(struct case_file *c);

/* case_variant() - return the variant of @c in @id, which is VARIANT or VARIANT.KEY, or NULL. */
const struct vm_note *case_variant(const struct case_file *c, const char *id);

/*
 * case_locate() - write guest address @address into @buffer as "symbol+0x1f", or as a bare
 * address if no symbol precedes it.  Return @buffer.
 */
const char *case_locate(const struct case_file *c, uint64_t address,
			char *buffer, size_t size);

/*
 * variant.c: the VM that a variant describes.
 *
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
