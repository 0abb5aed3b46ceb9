/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the states in which two arms end a program differ.
 */
#ifndef HUNT_COMPARE_H
#define HUNT_COMPARE_H

#include "hunt/arm.h"
#include "hunt/plan.h"

/* What can differ. */
enum {
	DIFFERS_GPR,		/* the first of NR_GPRS bits */
	DIFFERS_RIP = DIFFERS_GPR + NR_GPRS,
	DIFFERS_CF, DIFFERS_PF, DIFFERS_AF, DIFFERS_ZF, DIFFERS_SF, DIFFERS_OF, DIFFERS_DF,
	DIFFERS_RF, DIFFERS_RFLAGS,	/* the latter: other bits */
	DIFFERS_MEMORY, DIFFERS_VECTOR, DIFFERS_ERROR, DIFFERS_CR2, DIFFERS_DR6, DIFFERS_CS,
	DIFFERS_SS, DIFFERS_SEGMENT, DIFFERS_XMM,
	DIFFERS_STEP,		/* one more instruction has been executed, a NOP */
	NR_DIFFERENCES
};

/*
 * compare_arms() - return a bit for each thing that differs between arm N and @arm, if both can show
 * it: a process sees no DR6, no DS and ES of its own, and CR2 only after a page fault.
 */
uint64_t compare_arms(enum arm arm, const struct state *native, const struct state *other);

/*
 * compare_bits() - return the bit of a name that compare_words() prints; "flags", "registers" and "all"
 * are several bits.  0: no such name.
 */
uint64_t compare_bits(const char *word);

/* compare_words() - return @differences as words with commas, which the caller frees. */
char *compare_words(uint64_t differences);

/* compare_name() - return the name of one bit. */
const char *compare_name(unsigned int bit);

/* vector_words() - return the name of an exception, or of another end. */
const char *vector_words(uint64_t vector);

#endif
