/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cases, which of their variants to run, and the run.
 */
#ifndef RUN_SUITE_H
#define RUN_SUITE_H

#include <stdbool.h>

#include "record/record.h"
#include "run/case.h"
#include "run/host.h"
#include "run/move.h"

struct suite_case {
	struct case_file file;
	char *broken;			/* why it cannot run, or NULL */
	bool *selected;			/* one per variant, and one for a case without any */
};

struct suite {
	struct suite_case *cases;	/* by name */
	size_t nr_cases;
};

/*
 * suite_read() - read every payload, *.elf in @directory.
 * Return NULL, or an error that the caller frees.
 */
char *suite_read(struct suite *s, const char *directory);

/* suite_add() - read the payload at @path, which may be broken. */
struct suite_case *suite_add(struct suite *s, const char *path);

/* suite_find() - return the case with the name @name, or NULL. */
struct suite_case *suite_find(const struct suite *s, const char *name);

/*
 * suite_select() - select @what: CASE or CASE.VARIANT, each a name or a glob; CASE.VARIANT.KEY,
 * which selects the variant; or the path of a payload (anything with a '/'), which is read.
 * Return NULL, or an error that suggests similar names; the caller frees it.
 */
char *suite_select(struct suite *s, const char *what);

/* suite_consider() - add @name to *@near, "A, B", if it is similar to @what. */
void suite_consider(char **near, const char *what, const char *name);

/*
 * suite_read_selected() - read every payload in @directory, and select the @nr @operands, or
 * all for none.  Return NULL, or an error that the caller frees.
 */
char *suite_read_selected(struct suite *s, const char *directory, char **operands, int nr);

/* suite_select_all() - select every variant of every case. */
void suite_select_all(struct suite *s);

/* suite_is_selected() - return whether a variant of @c, or @c without variants, is selected. */
bool suite_is_selected(const struct suite_case *c);

/* suite_has_selected() - return whether the variant in @id, VARIANT.KEY, is selected. */
bool suite_has_selected(const struct suite_case *c, const char *id);

/*
 * suite_plan() - fill in @plan with the selected variants, sorted by name.  Return NULL, or
 * an error, which the caller frees, if a case is selected twice.
 */
char *suite_plan(struct suite *s, struct plan *plan);

void suite_free(struct suite *s);

/* run.c: run a plan on this host's KVM, and tell listeners what was observed. */
struct run_options {
	bool trace;			/* every exit of every vCPU, on stderr */
	bool inspect;			/* guests may see what KVM gives the CPU */
	struct move_plan move;
	bool progress;			/* a progress line on stderr, a terminal */
	bool require_kvm;		/* the suite fails without a KVM */
};

/*
 * run_suite() - run the variants of @plan, which suite_plan() made from @s, and call the
 * @nr @listeners with the report of each, in the order of the plan.  Two variants per CPU
 * run in parallel, but those that measure time run alone.  Without a KVM each variant ends
 * with END_LACKS.
 */
void run_suite(const struct suite *s, const struct plan *plan, const struct host *host,
	       const struct run_options *options, const struct listener *listeners, size_t nr);

#endif
