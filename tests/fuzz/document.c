// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the reader of the kernel's documents, for coverage.
 */
#include <string.h>

#include "tell/tell.h"
#include "file.h"

static void walk(const char *text)
{
	while (*text) {
		size_t n = sentence_length(text);

		if (!n || n > strlen(text))
			abort();
		text += n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct document d;
	char *error = document_read(&d, fuzz_file("document.rst", data, size));

	for (size_t i = 0; i < d.nr_sections && !error; i++) {
		walk(d.sections[i].title);
		walk(d.sections[i].text);
	}
	free(error);
	document_free(&d);
	return 0;
}
