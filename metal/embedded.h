/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The payloads and their expectations, as the build made them, whole inside the
 * application; metal/embed writes the table.
 */
#ifndef METAL_EMBEDDED_H
#define METAL_EMBEDDED_H

struct embedded {
	const char *name;			/* of the case; NULL ends the table */
	const char *elf, *elf_end;
	const char *expected, *expected_end;
};

extern const struct embedded embedded[];

#endif
