// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the reader of records, for --baseline: whatever is in one, what is
 * printed of it are diagnostics, a line each.
 */
#include <string.h>

#include "tell/baseline.h"
#include "file.h"

static void set_beside(struct baseline *b, const char *id, const char *observed)
{
	struct statement s = { .section = (char *)"x2APIC" };
	struct row row = { .statement = &s };
	struct result r = { .id = (char *)id, .row = &row, .observed = (char *)observed };

	baseline_result(b, &r);
}

static void check_output(const char *out, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((i == 0 || out[i - 1] == '\n') && out[i] != '#')
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *error = NULL, *out = NULL;
	size_t printed = 0;
	FILE *terminal = stdout;
	struct baseline *b = baseline_open(fuzz_file("record.json", data, size), &error);

	free(error);
	if (!b)
		return 0;
	stdout = open_memstream(&out, &printed);
	baseline_begin(b);
	set_beside(b, "x2apic.flag-off.shared", "1+2");
	set_beside(b, "x2apic.32bit-ids.shared", "1");
	baseline_end_case(b);
	fclose(stdout);
	stdout = terminal;
	check_output(out, printed);
	free(out);
	baseline_close(b);
	return 0;
}
