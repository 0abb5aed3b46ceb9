// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest/typing.c against the tables of the manuals, cell by cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "typing.h"

static u8 type_called(const char *name)
{
	static const struct {
		const char *name;
		u8 type;
	} types[] = {
		{ "UC", X86_MEMTYPE_UC }, { "UC-", X86_MEMTYPE_UC_MINUS }, { "WC", X86_MEMTYPE_WC },
		{ "WT", X86_MEMTYPE_WT }, { "WP", X86_MEMTYPE_WP }, { "WB", X86_MEMTYPE_WB },
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!strcmp(types[i].name, name))
			return types[i].type;
	}
	fail_msg("no type is called %s", name);
	return 0;
}

/* SDM 3A, "Effective Page-Level Memory Types for Pentium III and More Recent": MTRR PAT effective */
static const char mtrr_and_pat[] =
	"UC UC UC\n" "UC UC- UC\n" "UC WC WC\n" "UC WT UC\n" "UC WB UC\n" "UC WP UC\n"
	"WC UC UC\n" "WC UC- WC\n" "WC WC WC\n" "WC WT UC\n" "WC WB WC\n" "WC WP UC\n"
	"WT UC UC\n" "WT UC- UC\n" "WT WC WC\n" "WT WT WT\n" "WT WB WT\n" "WT WP WP\n"
	"WB UC UC\n" "WB UC- UC\n" "WB WC WC\n" "WB WT WT\n" "WB WB WB\n" "WB WP WP\n"
	"WP UC UC\n" "WP UC- WC\n" "WP WC WC\n" "WP WT WT\n" "WP WB WP\n" "WP WP WP\n";

static void each_cell(const char *table, void (*check)(const char *row, const char *column,
						      const char *type))
{
	char first[4], second[4], result[4];
	int length;

	while (sscanf(table, "%3s %3s %3s%n", first, second, result, &length) == 3) {
		check(first, second, result);
		table += length;
	}
}

static int cells;

static void check_mtrr(const char *mtrr, const char *pat, const char *effective)
{
	u8 want = type_called(effective);

	cells++;
	assert_int_equal(typing_mtrr(type_called(mtrr), type_called(pat)), want);
	/* EPT: the same, with the EPT's type in place of the MTRR's; with IPAT, the EPT's type */
	assert_int_equal(typing_ept(type_called(mtrr), false, type_called(pat)), want);
	assert_int_equal(typing_ept(type_called(mtrr), true, type_called(pat)), type_called(mtrr));
}

static void mtrr_and_ept_types_match_the_sdm(void **state)
{
	(void)state;
	cells = 0;
	each_cell(mtrr_and_pat, check_mtrr);
	assert_int_equal(cells, 5 * 6);
}

/* APM 2, "Combining Guest and Host PAT Types": the row and the column of WB */
static const char guest_and_host[] =
	"UC WB UC\n" "UC- WB UC\n" "WC WB WC\n" "WT WB WT\n" "WP WB WP\n" "WB WB WB\n"
	"WB UC UC\n" "WB UC- UC\n" "WB WC WC\n" "WB WT WT\n" "WB WP WP\n";

static void check_npt(const char *guest, const char *host, const char *effective)
{
	cells++;
	assert_int_equal(typing_npt(type_called(guest), type_called(host)), type_called(effective));
}

static void npt_types_match_the_apm(void **state)
{
	(void)state;
	cells = 0;
	each_cell(guest_and_host, check_npt);
	assert_int_equal(cells, 11);
}

static void pat_entries_are_bytes(void **state)
{
	(void)state;
	assert_int_equal(pat_type(0x0007040600070406, 0), X86_MEMTYPE_WB);
	assert_int_equal(pat_type(0x0007040600070406, 1), X86_MEMTYPE_WT);
	assert_int_equal(pat_type(0x0007040600070406, 2), X86_MEMTYPE_UC_MINUS);
	assert_int_equal(pat_type(0x0107040600070406, 7), X86_MEMTYPE_WC);
}

static void types_have_names(void **state)
{
	(void)state;
	assert_string_equal(typing_name(X86_MEMTYPE_WC), "wc");
	assert_string_equal(typing_name(X86_MEMTYPE_UC_MINUS), "uc-minus");
	assert_string_equal(typing_name(2), "reserved");
	assert_string_equal(typing_name(200), "reserved");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mtrr_and_ept_types_match_the_sdm),
		cmocka_unit_test(npt_types_match_the_apm),
		cmocka_unit_test(pat_entries_are_bytes),
		cmocka_unit_test(types_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
