/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A case as the harness reads it from its payload: an ELF64 file whose notes
 * describe the VM that each variant needs.
 */
#ifndef RUN_CASE_H
#define RUN_CASE_H

#include <stddef.h>
#include <stdint.h>

#include "run/variant.h"

struct case_symbol {
	uint64_t address;
	char *name;
};

struct case_file {
	char *path;
	char *name;			/* of the file, without directory and suffix */
	uint64_t entry;
	struct boot_note boot;
	struct vm_note *variants;	/* the case's fields filled in */
	size_t nr_variants;
	uint8_t *image;			/* what IMAGE_BASE onwards holds at entry */
	size_t image_size;
	struct case_symbol *symbols;
	size_t nr_symbols;
};

/*
 * case_read() - read the payload at @path.
 *
 * Nothing in the file is trusted.  Returns NULL, or what is wrong with it as
 * one line that the caller frees; @c then still has its path and name.
 */
char *case_read(struct case_file *c, const char *path);
void case_free(struct case_file *c);

/* case_variant() - the variant of @c that observation @id, VARIANT.KEY, belongs to, or NULL. */
const struct vm_note *case_variant(const struct case_file *c, const char *id);

/*
 * case_locate() - name the guest address @address as "symbol+0x1f".
 *
 * Returns @buffer; outside every symbol that is the bare address.
 */
const char *case_locate(const struct case_file *c, uint64_t address,
			char *buffer, size_t size);

#endif
