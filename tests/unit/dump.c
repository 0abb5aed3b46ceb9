// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's dumps of VMCBs and VMCSs are parsed correctly, and truncated ones are rejected.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/dump.h"
#include "text.h"

/* Lines of /dev/kmsg that are parsed: kvm_amd of 6.1 and 7.3, kvm_intel of 7.3 */
#define VMCB(nested, control, npt, cr3)							\
	"3,7,1,-;SVM: VMCB 00000000b6636db6, last attempted VMRUN on CPU 0\n"		\
	"3,7,1,-;SVM: int_ctl:            01000200\n"					\
	"3,7,1,-;SVM: exit_int_info:      80000306\n"					\
	"3,7,1,-;SVM: exit_int_info_err:  00000001\n"					\
	"3,7,1,-;SVM: " nested control "\n"						\
	"3,7,1,-;SVM: nested_cr3:         " npt "\n"					\
	"3,7,1,-;SVM: event_inj:          80000b0d\n"					\
	"3,7,1,-;SVM: event_inj_err:      00000002\n"					\
	"3,7,1,-;SVM: cr0:            00000000c0010033 cr2:          0000000000000000\n"	\
	"3,7,1,-;SVM: cr3:            " cr3 " cr4:          0000000000000620\n"		\
	"3,7,1,-;SVM: gpat:           0007040600070406 dbgctl:       0000000000000000\n"
#define VMCS(secondary, pointer)							\
	"3,7,1,-;kvm_intel: VMCS 0000000011861e3d, last attempted VM-entry on CPU 0\n"	\
	"3,7,1,-;kvm_intel: CR0: actual=0x00000000c0010033, shadow=0x0000000080010033\n"	\
	"3,7,1,-;kvm_intel: CR3 = 0x0000000005e08000\n"					\
	"3,7,1,-;kvm_intel: PAT = 0x0007040600070406\n"					\
	"3,7,1,-;kvm_intel: CR0=0000000080050033 CR3=0000000005d5e001\n"		\
	"3,7,1,-;kvm_intel: PAT = 0x0407050600070106\n"					\
	"3,7,1,-;kvm_intel: CPUBased=0xb5a06dfa SecondaryExec=0x" secondary		\
	" TertiaryExec=0x0000000000000000\n"						\
	"3,7,1,-;kvm_intel: VMEntry: intr_info=80000b0d errcode=00000002\n" pointer

static int parse_dump(const char *hypervisor, const char *vendor, const char *log,
		      struct dump *d)
{
	struct facts facts = {};
	int r;

	facts_set(&facts, "hypervisor", hypervisor);
	facts_set(&facts, "vendor", vendor);
	r = dump_parse(&facts, log, d);
	facts_free(&facts);
	return r;
}

static void vmcb_and_vmcs_are_read(void **state)
{
	static const struct {
		const char *vendor, *log;
		enum paging paging;
		uint64_t root, pat;
	} dumps[] = {
		{ "amd", VMCB("nested_ctl:", "         1", "000000001f9f2000", "0000000004006000"),
		  PAGING_NPT, 0x1f9f2000, 0x0007040600070406 },
		{ "amd", VMCB("misc_ctl:", "           1", "000000001f9f2000", "0000000004006000"),
		  PAGING_NPT, 0x1f9f2000, 0x0007040600070406 },
		{ "amd", VMCB("misc_ctl:", "           0", "0000000000000000", "0000000006a8e000"),
		  PAGING_SHADOW, 0x6a8e000, LINUX_PAT },
		{ "intel", VMCS("000014eb", "3,7,1,-;kvm_intel: EPT pointer = 0x000000001eec705e\n"),
		  PAGING_EPT, 0x1eec705e, 0x0007040600070406 },
		{ "intel", VMCS("00001469", ""), PAGING_SHADOW, 0x5e08000, 0x0007040600070406 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(*dumps); i++) {
		char *before = text("3,7,1,-;SVM: cr0: 1 gpat: 2\nPAT = 3\n%s", dumps[i].log);
		char *twice = text("%s%s", dumps[i].log, dumps[i].log);
		const char *header_end = strchr(dumps[i].log, '\n') + 1;
		char *between = text("%.*s%s%s", (int)(header_end - dumps[i].log), dumps[i].log,
				     header_end, header_end);
		struct dump d;

		assert_int_equal(parse_dump("none", dumps[i].vendor, before, &d), 0);
		assert_int_equal(d.paging, dumps[i].paging);
		assert_true(d.root == dumps[i].root);
		assert_true(d.pat == dumps[i].pat);
		assert_true(d.cr0 == 0xc0010033);
		assert_int_equal(d.event, 0x80000b0d);
		assert_int_equal(parse_dump("none", dumps[i].vendor, twice, &d), -EAGAIN);
		assert_int_equal(parse_dump("none", dumps[i].vendor, between, &d), -EAGAIN);
		free(between);
		free(before);
		free(twice);
	}
}

static const char amd_dump[] = VMCB("misc_ctl:", " 1", "1f9f2000", "4006000");
static const char intel_dump[] = VMCS("000014ea", "3,7,1,-;kvm_intel: EPT pointer = 0x1eec705e\n");

static void only_qemu_moves_the_event(void **state)
{
	struct dump d;

	(void)state;
	assert_int_equal(parse_dump("tcg", "amd", amd_dump, &d), 0);
	assert_int_equal(d.event, 0x80000306);
	assert_int_equal(parse_dump("bochs", "amd", amd_dump, &d), 0);
	assert_int_equal(d.event, 0x80000b0d);
}

/* Parse @log with @new instead of the first @old. */
static int parse_replaced(const char *vendor, const char *log, const char *old, const char *new,
			  struct dump *d)
{
	const char *at = strstr(log, old);
	char *replaced;
	int r;

	assert_non_null(at);
	replaced = text("%.*s%s%s", (int)(at - log), log, new, at + strlen(old));
	r = parse_dump("none", vendor, replaced, d);
	free(replaced);
	return r;
}

static void virtualization_of_the_apic_is_read(void **state)
{
	static const struct {
		const char *vendor, *old, *new;
		uint32_t apic;
	} dumps[] = {
		{ "amd", "01000200", "01000200", 0 },
		{ "amd", "01000200", "81000200", VIRTUAL_INTERRUPTS | VIRTUAL_MMIO },
		{ "amd", "01000200", "c1000200", VIRTUAL_INTERRUPTS | VIRTUAL_MSRS },
		{ "amd", "01000200", "41000200", 0 },
		{ "amd", "int_ctl:            01", "other_int_ctl: 81\nint_ctl: none\n"
		  "3,7,1,-;SVM: int_ctl:            01", 0 },
		{ "intel", "000014ea", "000014ea", 0 },
		{ "intel", "000014ea", "000014eb", VIRTUAL_MMIO },
		{ "intel", "000014ea", "000017eb", VIRTUAL_INTERRUPTS | VIRTUAL_MMIO },
		{ "intel", "000014ea", "000017fa", VIRTUAL_INTERRUPTS | VIRTUAL_MSRS },
		{ "intel", "14ea TertiaryExec=0x0000000000000000", "17fa TertiaryExec=0x10",
		  VIRTUAL_INTERRUPTS | VIRTUAL_MSRS | VIRTUAL_IPIS },
		{ "intel", "14ea TertiaryExec=0x0000000000000000", "17fa", /* before 5.19 */
		  VIRTUAL_INTERRUPTS | VIRTUAL_MSRS },
		{ "intel", "14ea TertiaryExec=0x0000000000000000", "17fa TertiaryExec=0xffffffffffffffffffff",
		  VIRTUAL_INTERRUPTS | VIRTUAL_MSRS | VIRTUAL_IPIS },
		{ "intel", "14ea TertiaryExec=0x0000000000000000", "17fa TertiaryExec=none NotTertiaryExec=0x10",
		  VIRTUAL_INTERRUPTS | VIRTUAL_MSRS },
	};
	struct dump d;

	(void)state;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(*dumps); i++) {
		const char *log = strcmp(dumps[i].vendor, "amd") ? intel_dump : amd_dump;

		assert_int_equal(parse_replaced(dumps[i].vendor, log, dumps[i].old, dumps[i].new, &d), 0);
		assert_int_equal(d.apic, dumps[i].apic);
	}
	assert_int_equal(parse_replaced("amd", amd_dump, "int_ctl:", "int_vector:", &d), -EPERM);
	assert_int_equal(parse_replaced("amd", amd_dump, "01000200", "", &d), -EPERM);
}

static void a_missing_number_is_not_read_from_the_next_line(void **state)
{
	struct dump d;

	(void)state;
	assert_int_equal(parse_replaced("amd", amd_dump, "80000b0d", "", &d), -EPERM);
	assert_int_equal(parse_replaced("intel", intel_dump, "80000b0d errcode=00000002", "", &d), -EPERM);
}

static void truncated_dumps_are_rejected(void **state)
{
	static const struct {
		const char *vendor, *log, *end;
	} dumps[] = { { "amd", amd_dump, "gpat:" }, { "intel", intel_dump, "EPT pointer =" } };
	struct dump d;

	(void)state;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(*dumps); i++) {
		for (size_t n = strstr(dumps[i].log, dumps[i].end) - dumps[i].log; n; n--) {
			char *cut = text("%.*s", (int)n, dumps[i].log);

			assert_int_equal(parse_dump("none", dumps[i].vendor, cut, &d), -EPERM);
			free(cut);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(vmcb_and_vmcs_are_read),
		cmocka_unit_test(only_qemu_moves_the_event),
		cmocka_unit_test(virtualization_of_the_apic_is_read),
		cmocka_unit_test(a_missing_number_is_not_read_from_the_next_line),
		cmocka_unit_test(truncated_dumps_are_rejected),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
