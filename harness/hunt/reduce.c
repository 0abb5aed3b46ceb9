// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/hunt.h"

#include <string.h>

#define RFLAGS_KEPT	0x302	/* TF, IF and bit 1 */

/* Take @d if it still differs in the same things, and ends in the same way. */
static char *try(struct difference *d, const struct program *p, bool *taken)
{
	struct difference t = *d;
	bool differ;
	char *error;

	t.program = *p;
	error = hunt_pair(&t, &differ);
	*taken = !error && differ && t.differs == d->differs && t.native.vector == d->native.vector &&
		 t.other.vector == d->other.vector;
	if (*taken)
		*d = t;
	return error;
}

static char *drop_prefixes(struct difference *d)
{
	struct instruction i = instruction_of(&d->program);
	char *error = NULL;
	bool taken;

	for (unsigned int n = i.nr_prefixes; n-- > 0 && !error; ) {
		struct instruction without = i;
		struct program p = d->program;

		memmove(without.prefixes + n, without.prefixes + n + 1, i.nr_prefixes - n - 1);
		without.nr_prefixes--;
		instruction_put(&p, &without);
		error = try(d, &p, &taken);
		if (taken)
			i = without;
	}
	return error;
}

static char *clear_operands(struct difference *d)
{
	char *error = NULL;
	bool taken;

	for (unsigned int i = 0; i < NR_GPRS && !error; i++) {
		struct program p = d->program;

		p.gpr[i] = 0;
		if (d->program.gpr[i])
			error = try(d, &p, &taken);
	}
	for (uint64_t flag = 1; flag <= 1 << 21 && !error; flag <<= 1) {
		struct program p = d->program;

		p.rflags &= ~flag;
		if (flag & ~RFLAGS_KEPT && p.rflags != d->program.rflags)
			error = try(d, &p, &taken);
	}
	return error;
}

char *reduce(struct difference *d)
{
	char *error = drop_prefixes(d);
	struct program p = d->program;
	bool taken;

	if (!error && p.cs != CODE_3) {
		p.cs = CODE_3;
		p.ss = DATA_3;
		error = try(d, &p, &taken);
	}
	return error ? error : clear_operands(d);
}
