/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the hunt enumerates: each opcode of four maps, with prefixes, ModRM bytes, and values.
 */
#ifndef HUNT_PLAN_H
#define HUNT_PLAN_H

#include <stdbool.h>

#include "hunt/layout.h"

struct plan_space {
	uint64_t seed;
	int map;		/* -1: all; else 0 to 3: one byte, 0F, 0F 38, 0F 3A */
};

/* plan_size() - return how many programs there are. */
uint64_t plan_size(const struct plan_space *space);

/*
 * plan_program() - make program @index.  Programs with the same window are next to each other:
 * plan_pattern() fills the window of @index, and returns the first index that has another one.
 */
struct program plan_program(const struct plan_space *space, uint64_t index);
uint64_t plan_pattern(const struct plan_space *space, uint64_t index, uint8_t pattern[WINDOW_SIZE]);

/* An instruction, taken apart as far as the hunt needs. */
struct instruction {
	int map;		/* 0 to 3 */
	uint8_t opcode, modrm;
	bool has_modrm;
	uint8_t prefixes[6], nr_prefixes;	/* REX is one */
};

struct instruction instruction_of(const struct program *p);

/* instruction_put() - make @i the instruction of @p. */
void instruction_put(struct program *p, const struct instruction *i);

/*
 * instruction_is_one_of() - whether it is in a list of opcodes: hexadecimal, with 0f, 0f38 or 0f3a in
 * front; a range; with the /reg of a ModRM byte; or only with a prefix: "bd 0f90-0f9f ff/2 f0:0fab".
 * instruction_is_list() - whether @opcodes is such a list.
 */
bool instruction_is_one_of(const struct instruction *i, const char *opcodes);
bool instruction_is_list(const char *opcodes);

/*
 * instruction_has_modrm() - whether a ModRM byte follows the opcode.
 * instruction_is_group() - whether the reg field of the ModRM byte says what it does.
 * instruction_may_access_memory() - whether arm M may differ from arm N.
 * instruction_is_repeatable() - whether it does the same each time: not RDTSC.
 * instruction_is_system() - whether it changes what later programs run with.
 * instruction_is_for_process() - whether arm H may run it: no system call, nothing of Linux's own.
 */
bool instruction_has_modrm(int map, uint8_t opcode);
bool instruction_is_group(const struct instruction *i);
bool instruction_may_access_memory(const struct instruction *i);
bool instruction_is_repeatable(const struct instruction *i);
bool instruction_is_system(const struct instruction *i);
bool instruction_is_for_process(const struct instruction *i);

#endif
