// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the reader of payloads, case_read(): ELF file, notes and symbols.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/case.h"
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t addresses[] = { 0, IMAGE_BASE, IMAGE_BASE + 1, PAGE_BASE, ~0ul };
	struct case_file c;
	char where[96], *error;

	/* The name of a case is that of its file. */
	error = case_read(&c, fuzz_file("seed.elf", data, size));
	if (!error) {
		if (!c.nr_variants || c.image_size > PAGE_BASE - IMAGE_BASE)
			abort();
		for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++)
			case_locate(&c, addresses[i], where, sizeof(where));
	}
	free(error);
	case_free(&c);
	return 0;
}
