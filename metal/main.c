// SPDX-License-Identifier: GPL-2.0-only
/*
 * The suite as a UEFI application: runs every payload on the machine itself, and
 * writes a record of what they observed, which is judged elsewhere.
 */
#include <stdlib.h>
#include <string.h>

#include "metal.h"
#include "record/write.h"
#include "text.h"

#define RECORD_NAME	"kvm-errata.record"
#define ANSWER_SECONDS	30

EFI_HANDLE image_handle;
EFI_SYSTEM_TABLE *ST;
EFI_BOOT_SERVICES *BS;

static struct {
	struct world world;
	struct facts facts;
	struct plan plan;
	struct report report;
	char *lines;			/* the record */
	size_t size, room;
	char *failed;			/* how the suite itself failed; NULL */
	bool stopped;
	char *seen;			/* the summary: one line per case */
} suite;

/* Write to COM1 at once, so that a machine that dies has sent what it saw. */
static void put(void *context, const char *lines, size_t size)
{
	(void)context;
	if (suite.size + size > suite.room) {
		suite.room = 2 * (suite.size + size);
		suite.lines = xrealloc(suite.lines, suite.room);
	}
	memcpy(suite.lines + suite.size, lines, size);
	suite.size += size;
	com1_write(lines, size);
}

static struct writer writer = { .put = put };

static u32 ms_since(u64 start)
{
	return (rdtsc() - start) / (suite.world.tsc_per_ms ? suite.world.tsc_per_ms : 1);
}

/* A register could not be restored: continue only if the user answers yes. */
static void ask_about(const char *lost)
{
	screen_printf("\nThe last case changed this machine's caches or MTRRs, which could not be\n"
		      "restored: %s.\n"
		      "Continue all the same? [y/N] ", lost);
	suite.stopped = (console_key(ANSWER_SECONDS) | 0x20) != 'y';
	screen_printf("\n");
	if (!suite.failed)
		suite.failed = text("the firmware's state could not be restored: %s", lost);
}

static u32 values_seen(void)
{
	u32 n = 0;

	for (u32 i = 0; i < suite.report.nr_lines; i++)
		n += suite.report.lines[i].kind == ENTRY_OBSERVATION && !suite.report.lines[i].skip;
	return n;
}

/* Return how many values were seen; append to *@ends a variant that did not end by itself. */
static u32 run_named(const struct case_file *c, const struct vm_note *v, const char *name,
		     const struct listener *l, char **ends)
{
	u64 start = rdtsc();
	const char *lost = NULL;

	l->started(l->context, name);
	suite.report = (struct report) { .end = END_LACKS, .why = "the run was stopped" };
	if (!suite.stopped)
		lost = run_variant(&suite.world, &suite.facts, c, v, &suite.report);
	suite.report.ms = ms_since(start);
	l->ended(l->context, name, &suite.report);
	if (suite.report.end != END_DONE)
		*ends = text_append(*ends, "%s%s %s", *ends ? ", " : "", v->name,
				    end_name(suite.report.end));
	if (lost)
		ask_about(lost);
	return values_seen();
}

static void make_plan(void)
{
	for (const struct case_file *c = embedded; c->name; c++) {
		for (size_t v = 0; v < c->nr_variants; v++) {
			char *name = text("%s.%s", c->name, c->variants[v].name);

			plan_add(&suite.plan, name, NULL);
			free(name);
		}
	}
}

static void run_all(const struct listener *l)
{
	size_t n = 0;

	for (const struct case_file *c = embedded; c->name; c++) {
		char *ends = NULL;
		u32 seen = 0;

		for (size_t v = 0; v < c->nr_variants; v++) {
			const char *name = suite.plan.list[n++].name;

			screen_printf("[%u of %u] %s ...\n", (u32)n, (u32)suite.plan.nr, name);
			seen += run_named(c, &c->variants[v], name, l, &ends);
		}
		suite.seen = text_append(suite.seen, "%s: %u values seen%s%s\n", c->name, seen,
					 ends ? "; " : "", ends ? ends : "");
		free(ends);
	}
}

/* Print one screen: what was seen, what this machine lacks, and how to judge the record. */
static void summarize(const char *file)
{
	static const char *const lacks[][3] = {
		{ "com1", "0", "No COM1: the record went to the volume only." },
		{ "watchdog", "0", "No HPET: a payload that hangs also hangs this machine." },
		{ "mtrr", "locked", "This firmware has locked the MTRRs." },
		{ "mtrr", "none", "This CPU has no MTRRs." },
		{ "x2apic", "0", "This CPU has no x2APIC." },
	};

	screen_clear();
	screen_printf("kvm-errata on bare metal: %s, %s CPUs\n%s", facts_get(&suite.facts, "cpu"),
		      facts_get(&suite.facts, "cpus"), suite.seen);
	for (size_t i = 0; i < sizeof(lacks) / sizeof(*lacks); i++) {
		if (facts_is(&suite.facts, lacks[i][0], lacks[i][1]))
			screen_printf("%s\n", lacks[i][2]);
	}
	if (suite.failed)
		screen_printf("FAILED: %s\n", suite.failed);
	screen_printf(RECORD_NAME ": %s\n"
		      "Judge it elsewhere: kvm-errata judge " RECORD_NAME "\n", file);
}

/* Restart: the firmware cannot continue, because it no longer controls its other CPUs. */
static _Noreturn void leave(void)
{
	bool emulated = hypervisor_emulates(&suite.facts);

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

/* Called when out of memory: the record on COM1 is torn. */
void _Exit(int status)
{
	(void)status;
	leave();
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system_table)
{
	const struct listener l = writer_listener(&writer);
	u64 start = rdtsc();
	const char *error;
	bool com1;

	image_handle = image;
	ST = system_table;
	BS = ST->BootServices;
	BS->SetWatchdogTimer(0, 0, 0, NULL);	/* disable the firmware's, of 5 minutes */
	com1 = console_init();
	world_claim(&suite.world);
	facts_read(&suite.facts, &suite.world);
	facts_set(&suite.facts, "com1", com1 ? "1" : "0");
	make_plan();

	l.begin(l.context, &suite.facts, &suite.plan);
	run_all(&l);
	l.complete(l.context, &(struct completion) {
		.ms = ms_since(start), .failed = suite.failed,
	});
	error = volume_write(RECORD_NAME, suite.lines, suite.size);
	summarize(error ? error : "written");
	leave();
}
