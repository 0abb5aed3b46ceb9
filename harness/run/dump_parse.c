// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/facts.h"
#include "run/dump.h"

#define NESTED_CTL_NP			1
#define AVIC_ENABLE			(1u << 31)
#define AVIC_X2APIC_MODE		(1 << 30)
#define SECONDARY_EXEC_APIC_ACCESSES	(1 << 0)
#define SECONDARY_EXEC_ENABLE_EPT	(1 << 1)
#define SECONDARY_EXEC_X2APIC_MODE	(1 << 4)
#define SECONDARY_EXEC_VIRTUAL_INTR	(1 << 9)
#define TERTIARY_EXEC_IPI_VIRT		(1 << 4)
#define EPTP_WALK_LENGTH(eptp)		(((eptp) >> 3 & 7) + 1)
#define SHADOW_LEVELS			4	/* as many as the guest's own tables */

/* Find the first word @name in @log with a hexadecimal number after it. */
static bool find(const char *log, const char *name, uint64_t *value)
{
	const char *p = log;

	while ((p = strstr(p, name))) {
		bool is_word = p == log || strchr(" \n;", p[-1]);

		p += strlen(name);
		if (!is_word)
			continue;
		p += strspn(p, " =");
		if (!isxdigit((unsigned char)*p))
			continue;	/* strtoull() would skip the end of the line */
		*value = strtoull(p, NULL, 16);
		return true;
	}
	return false;
}

/* Return how many levels the kernel's own page tables have: five if it shows la57. */
static unsigned int host_levels(void)
{
	static unsigned int levels;
	char line[8192] = "";
	FILE *f;

	if (levels)
		return levels;
	f = fopen("/proc/cpuinfo", "re");
	while (f && fgets(line, sizeof(line), f) && strncmp(line, "flags", strlen("flags")))
		;
	levels = strstr(line, " la57") ? 5 : 4;
	if (f)
		fclose(f);
	return levels;
}

static uint32_t avic(uint64_t int_ctl)
{
	if (!(int_ctl & AVIC_ENABLE))
		return 0;
	return VIRTUAL_INTERRUPTS | (int_ctl & AVIC_X2APIC_MODE ? VIRTUAL_MSRS : VIRTUAL_MMIO);
}

static uint32_t apicv(uint64_t secondary, uint64_t tertiary)
{
	return (secondary & SECONDARY_EXEC_VIRTUAL_INTR ? VIRTUAL_INTERRUPTS : 0) |
	       (secondary & SECONDARY_EXEC_APIC_ACCESSES ? VIRTUAL_MMIO : 0) |
	       (secondary & SECONDARY_EXEC_X2APIC_MODE ? VIRTUAL_MSRS : 0) |
	       (tertiary & TERTIARY_EXEC_IPI_VIRT ? VIRTUAL_IPIS : 0);
}

/*
 * svm.c dump_vmcb(): since 7.1 nested_ctl is misc_ctl.  When QEMU, but not Bochs, refuses a VMCB,
 * it has already moved EVENTINJ to EXITINTINFO.
 */
static bool parse_vmcb(const struct facts *facts, const char *log, struct dump *d)
{
	const char *event_name = facts_is(facts, "hypervisor", "tcg") ? "exit_int_info:" : "event_inj:";
	uint64_t nested, event, int_ctl;

	if ((!find(log, "nested_ctl:", &nested) && !find(log, "misc_ctl:", &nested)) ||
	    !find(log, "int_ctl:", &int_ctl) || !find(log, event_name, &event) ||
	    !find(log, "cr0:", &d->cr0) || !find(log, "gpat:", &d->pat))
		return false;
	d->event = event;
	d->apic = avic(int_ctl);
	if (nested & NESTED_CTL_NP) {
		d->paging = PAGING_NPT;
		d->levels = host_levels();
		return find(log, "nested_cr3:", &d->root);
	}
	d->paging = PAGING_SHADOW;
	d->levels = SHADOW_LEVELS;
	d->pat = LINUX_PAT;
	return find(log, "cr3:", &d->root);
}

/* vmx.c dump_vmcs(): before 5.19 without TertiaryExec */
static bool parse_vmcs(const char *log, struct dump *d)
{
	uint64_t event, secondary, tertiary = 0;

	if (!find(log, "intr_info=", &event) || !find(log, "CR0: actual", &d->cr0) ||
	    !find(log, "SecondaryExec", &secondary))
		return false;
	find(log, "TertiaryExec", &tertiary);
	d->event = event;
	d->apic = apicv(secondary, tertiary);
	if (!find(log, "PAT", &d->pat))
		d->pat = LINUX_PAT;
	if (secondary & SECONDARY_EXEC_ENABLE_EPT) {
		d->paging = PAGING_EPT;
		if (!find(log, "EPT pointer", &d->root))
			return false;
		d->levels = EPTP_WALK_LENGTH(d->root);
		return true;
	}
	d->paging = PAGING_SHADOW;
	d->levels = SHADOW_LEVELS;
	return find(log, "CR3", &d->root);
}

/* Return whether @log has @what at least twice. */
static bool is_twice(const char *log, const char *what)
{
	const char *first = strstr(log, what);

	return first && strstr(first + 1, what);
}

/*
 * Another VM's dump may have begun before @log: so don't count only the first lines of dumps,
 * but also lines near the end.
 */
static bool has_two_dumps(const char *log)
{
	return is_twice(log, "last attempted") || is_twice(log, "gpat:") ||
	       is_twice(log, "VMEntry: intr_info=") || is_twice(log, "EPT pointer");
}

int dump_parse(const struct facts *facts, const char *log, struct dump *d)
{
	const char *first = strstr(log, "last attempted");
	bool is_whole;

	if (!first)
		return -EPERM;
	if (has_two_dumps(first))
		return -EAGAIN;
	is_whole = facts_is(facts, "vendor", "amd") ? parse_vmcb(facts, first, d) :
						      parse_vmcs(first, d);
	return is_whole ? 0 : -EPERM;
}
