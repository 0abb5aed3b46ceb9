// SPDX-License-Identifier: GPL-2.0-only
/*
 * The suite as a UEFI application: every payload on the machine itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "efi_app.h"
#include "embedded.h"
#include "judge/expected.h"
#include "facts.h"
#include "json.h"
#include "judge/judge.h"
#include "payload.h"
#include "run.h"
#include "tell/tap.h"
#include "text.h"
#include "tsc.h"
#include "volume.h"

enum status { AS_DOCUMENTED = 0, DEVIATES = 1, NOTHING_RAN = 77, SUITE_FAILED = 99 };

#define ANSWER_SECONDS	30
#define NAMED_FAILURES	10		/* in the summary, which is one screen */

EFI_HANDLE image_handle;
EFI_SYSTEM_TABLE *ST;
EFI_BOOT_SERVICES *BS;

struct metal_case {
	struct case_file file;
	struct expected expected;
	char *broken;
};

static struct {
	struct metal_case *cases;
	size_t nr_cases, plan, done;
	size_t verdicts[NR_VERDICTS];
	char *failures;			/* the first of them, one a line */
	size_t nr_failures;
	const char *suite_failed;	/* how, if it did */
	bool stopped;
	struct world world;
	struct facts facts;
	struct report report;
} suite;

static void read_cases(void)
{
	for (const struct embedded *e = embedded; e->name; e++) {
		struct metal_case *c;
		char *path = text("expected/%s", e->name);

		suite.cases = xrealloc(suite.cases, (suite.nr_cases + 1) * sizeof(*suite.cases));
		c = &suite.cases[suite.nr_cases++];
		*c = (struct metal_case) {};
		c->broken = payload_read(&c->file, e);
		if (!c->broken)
			c->broken = expected_parse(&c->expected, path, e->expected,
						   e->expected_end - e->expected);
		for (size_t v = 0; !c->broken && v < c->file.nr_variants; v++)
			suite.plan += judge_count(&c->expected, c->file.variants[v].name);
		suite.plan += c->broken != NULL;
		free(path);
	}
}

static void count(const struct result *r, void *context)
{
	(void)context;
	suite.verdicts[r->verdict]++;
	suite.done++;
	tap_result(r);
	json_result(r);
	if (r->verdict != VERDICT_DEVIATION && r->verdict != VERDICT_MISSING &&
	    r->verdict != VERDICT_FIXED)
		return;
	if (suite.nr_failures++ < NAMED_FAILURES)
		suite.failures = text_append(suite.failures, "  %s: got %s\n", r->id,
					     r->observed ? r->observed : "nothing");
}

/* A machine that did not get its MTRRs back is only kept running if that is wished. */
static void ask_about(const char *lost)
{
	printf("# the firmware's state could not be restored: %s\n", lost);
	screen_printf("\nThe case before has left this machine's caches or MTRRs changed: %s.\n"
		      "Go on all the same? [y/N] ", lost);
	suite.stopped = (console_key(ANSWER_SECONDS) | 0x20) != 'y';
	screen_printf("\n");
	suite.suite_failed = "the firmware's state could not be restored";
}

static void run_case_variant(struct metal_case *c, const struct vm_note *v)
{
	const char *lost = NULL;

	screen_printf("[%u of %u] %s.%s ...\n", (unsigned int)suite.done, (unsigned int)suite.plan,
		      c->file.name, v->name);
	if (suite.stopped) {
		suite.report = (struct report) { .end = END_LACKS };
		snprintf(suite.report.why, sizeof(suite.report.why), "the run was stopped");
	} else {
		lost = run_variant(&suite.world, &suite.facts, &c->file, v, &suite.report);
	}
	judge(c->file.name, v->name, &c->expected, &suite.facts, &suite.report, count, NULL);
	if (lost)
		ask_about(lost);
}

static void run_all(void)
{
	for (size_t i = 0; i < suite.nr_cases; i++) {
		struct metal_case *c = &suite.cases[i];

		if (c->broken) {
			char *id = text("%s.description", c->file.name);

			tap_broken(id, c->broken);
			suite.suite_failed = "a case could not be read";
			free(id);
		}
		for (size_t v = 0; !c->broken && v < c->file.nr_variants; v++)
			run_case_variant(c, &c->file.variants[v]);
	}
}

static enum status exit_status(void)
{
	const size_t *n = suite.verdicts;

	if (suite.suite_failed)
		return SUITE_FAILED;
	if (n[VERDICT_DEVIATION] || n[VERDICT_MISSING] || n[VERDICT_FIXED])
		return DEVIATES;
	return n[VERDICT_OK] + n[VERDICT_KNOWN] ? AS_DOCUMENTED : NOTHING_RAN;
}

/* What this machine lacks: a line each, and the rest runs. */
static void warn(bool com1)
{
	const struct world *w = &suite.world;
	const char *mtrr = facts_get(&suite.facts, "mtrr");

	if (!com1)
		printf("# no COM1: this goes to the screen and to the volume only\n");
	if (w->lacks)
		printf("# no payload can run: %s\n", w->lacks);
	if (!w->has_trampoline)
		printf("# this firmware keeps memory 0x%x: no payload can start CPUs itself\n",
		       TRAMPOLINE);
	if (!strcmp(facts_get(&suite.facts, "x2apic"), "0"))
		printf("# this CPU has no x2APIC: what needs it is skipped\n");
	if (!strcmp(mtrr, "locked"))
		printf("# this firmware has locked the MTRRs: what writes them is skipped\n");
	else if (!strcmp(mtrr, "none"))
		printf("# this CPU has no MTRRs: what needs them is skipped\n");
	if (!w->has_watchdog)
		printf("# no HPET: a payload that hangs will hang this machine\n");
}

static void write_file(const char *name, const char *data, size_t size, char **said)
{
	const char *error = volume_write(name, data, size);

	if (error)
		printf("# %s could not be written to the volume: %s\n", name, error);
	*said = text_append(*said, "%s: %s\n", name, error ? error : "written");
}

static void summarize(enum status status, const char *files)
{
	const size_t *n = suite.verdicts;

	screen_clear();
	screen_printf("kvm-errata on bare metal: %s, %s CPUs\n%s\n\n",
		      facts_get(&suite.facts, "cpu"), facts_get(&suite.facts, "cpus"),
		      status == AS_DOCUMENTED ? "This machine is as documented." :
		      status == NOTHING_RAN ? "Nothing could run here." :
		      status == DEVIATES ? "This machine DEVIATES from what is documented:" :
		      "The suite itself FAILED.");
	screen_printf("%s", suite.failures ? suite.failures : "");
	if (suite.nr_failures > NAMED_FAILURES)
		screen_printf("  and %u more\n", (unsigned int)suite.nr_failures - NAMED_FAILURES);
	screen_printf("\n%zu checks: %zu as documented, %zu known deviations, %zu skipped\n%s",
		      suite.done, n[VERDICT_OK], n[VERDICT_KNOWN], n[VERDICT_SKIP], files);
}

static double seconds_since(u64 start)
{
	return (double)(rdtsc() - start) / 1000 /
	       (suite.world.tsc_per_ms ? suite.world.tsc_per_ms : 1);
}

/* The firmware would miss its other CPUs: from here on there is only a restart. */
static _Noreturn void leave(void)
{
	bool emulated = facts_get(&suite.facts, "emulator");

	smp_leave(&suite.world);
	if (!emulated) {
		screen_printf("\nRemove the stick, and press a key to restart. ");
		console_key(0);
	}
	ST->RuntimeServices->ResetSystem(emulated ? EfiResetShutdown : EfiResetCold, EFI_SUCCESS,
					 0, NULL);
	for (;;)
		asm volatile("hlt");
}

void _Exit(int status)
{
	printf("# status: %d\n", status);
	leave();
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system_table)
{
	u64 start = rdtsc();
	enum status status;
	char *files = NULL;
	const char *data;
	size_t size;
	bool com1;

	image_handle = image;
	ST = system_table;
	BS = ST->BootServices;
	BS->SetWatchdogTimer(0, 0, 0, NULL);	/* the firmware's five minutes */
	com1 = console_init();
	world_claim(&suite.world);
	facts_read(&suite.facts, &suite.world);
	read_cases();

	tap_begin(suite.plan, &suite.facts);
	json_begin(&suite.facts);
	warn(com1);
	run_all();
	tap_end(suite.suite_failed, seconds_since(start));
	status = exit_status();

	data = console_text(&size);
	write_file("kvm-errata.tap", data, size, &files);
	data = json_end(status, &size);
	write_file("kvm-errata.json", data, size, &files);
	summarize(status, files);
	_Exit(status);
}
