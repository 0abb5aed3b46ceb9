/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hunt: run each program of a plan in two arms, and tell how the states differ.
 */
#ifndef HUNT_HUNT_H
#define HUNT_HUNT_H

#include <stdio.h>

#include "hunt/arm.h"
#include "hunt/compare.h"
#include "hunt/plan.h"
#include "record/facts.h"

/* One kind of difference, with the smallest program that shows it. */
struct difference {
	enum arm arm;			/* next to NATIVE */
	uint64_t index;			/* of the program that showed it first */
	struct program program;
	uint8_t pattern[WINDOW_SIZE];
	struct state native, other;
	uint64_t differs;
};

struct hunt_plan {
	struct plan_space space;
	uint64_t from;			/* the first program */
	uint64_t until;			/* the last program, plus 1 */
	unsigned int seconds;		/* 0: without a limit */
	bool arms[NR_ARMS];
	const char *skip;		/* opcodes not to run; NULL: none */
	bool progress;			/* print a line on stderr each second */
};

struct hunt_counts {
	uint64_t programs, pairs, raw, differences, not_emulated[NR_ARMS];
	uint64_t next;			/* the first program that has not been run */
	double seconds;
};

struct hunt_header {
	struct facts facts;
	struct hunt_plan plan;
	char *lacks;			/* why an arm cannot be run here; NULL */
};

struct hunt_listener {
	void (*begun)(const struct hunt_header *h, void *data);
	void (*running)(uint64_t index, uint64_t last, void *data);	/* before a batch */
	void (*found)(const struct difference *d, void *data);		/* each kind, reduced */
	void (*ended)(const struct hunt_counts *c, void *data);
	void *data;
};

/*
 * hunt() - run the plan, and tell @listener.  Return NULL, or an error that the caller frees.
 */
char *hunt(const struct hunt_header *header, const struct hunt_listener *listener);

/*
 * hunt_read_options() - make the plan of the command line's options.
 * hunt_observe() - hunt, and write the record to @f.
 * Return NULL, or an error that the caller frees.
 */
char *hunt_read_options(struct hunt_plan *plan);
char *hunt_observe(const struct hunt_plan *plan, FILE *f);

/* hunt_pair() - run one program in arm N and in @arm. */
char *hunt_pair(struct difference *d, bool *differ);

/* reduce() - replace the program of @d by the smallest one that differs in the same way. */
char *reduce(struct difference *d);

#endif
