// SPDX-License-Identifier: GPL-2.0-only
#include "run/case.h"

#include <stdio.h>

const char *case_locate(const struct case_file *c, uint64_t address,
			char *buffer, size_t size)
{
	const struct case_symbol *best = NULL;

	for (size_t i = 0; i < c->nr_symbols; i++) {
		const struct case_symbol *s = &c->symbols[i];

		if (s->address >= IMAGE_BASE && s->address <= address && address < IMAGE_BASE + c->image_size &&
		    (!best || s->address > best->address))
			best = s;
	}
	if (best)
		snprintf(buffer, size, "%s+0x%lx", best->name, address - best->address);
	else
		snprintf(buffer, size, "0x%lx", address);
	return buffer;
}
