// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/hunt.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text.h"

#define VECTOR_UD	6

/* The kinds of differences that have been seen: numbers, in a table with linear probing. */
struct seen {
	uint64_t *list;
	size_t room, nr;
};

struct hunter {
	const struct hunt_plan *plan;
	const struct hunt_listener *listener;
	struct hunt_counts counts;
	struct seen raw, reduced;
	struct program programs[MAX_PROGRAMS];
	uint64_t indices[MAX_PROGRAMS];
	size_t nr;
	uint8_t pattern[WINDOW_SIZE];
	struct state native[MAX_PROGRAMS], other[MAX_PROGRAMS];
};

static uint64_t hash(uint64_t h, uint64_t value)
{
	h = (h ^ value) * 0x9e3779b97f4a7c15;
	return h ^ h >> 29;
}

/* Return whether @key is new. */
static bool is_new(struct seen *s, uint64_t key)
{
	size_t i;

	if (2 * s->nr >= s->room) {
		struct seen larger = { .room = s->room ? 2 * s->room : 1024 };

		larger.list = xrealloc(NULL, larger.room * sizeof(*larger.list));
		memset(larger.list, 0, larger.room * sizeof(*larger.list));
		for (i = 0; i < s->room; i++) {
			if (s->list[i])
				is_new(&larger, s->list[i]);
		}
		free(s->list);
		*s = larger;
	}
	key += !key;
	for (i = key % s->room; s->list[i]; i = (i + 1) % s->room) {
		if (s->list[i] == key)
			return false;
	}
	s->list[i] = key;
	s->nr++;
	return true;
}

/* KVM need not emulate an instruction at all. */
static bool is_not_emulated(const struct difference *d)
{
	return d->arm != PROCESS &&
	       (d->other.vector == ENDED_NOT_EMULATED ||
		(d->other.vector == VECTOR_UD && d->native.vector != VECTOR_UD));
}

static bool is_excused(const struct difference *d)
{
	return d->other.vector == ENDED_REFUSED || is_not_emulated(d);
}

#define DIFFERS_REG	NR_DIFFERENCES		/* the register in the ModRM byte or the opcode */
#define GPR(n)		(1ull << (DIFFERS_GPR + (n)))

/* Return what differs, but not which register: that is in the instruction. */
static uint64_t what_differs(const struct difference *d, const struct instruction *i)
{
	uint64_t named = i->has_modrm ? GPR(i->modrm >> 3 & 7) : GPR(i->opcode & 7);

	if (i->has_modrm && i->modrm >= 0xc0)
		named |= GPR(i->modrm & 7);
	return d->differs & named ? (d->differs & ~named) | 1ull << DIFFERS_REG : d->differs;
}

/* Whether the last bits of the opcode are a register. */
static bool has_register(const struct instruction *i)
{
	return i->map == 1 ? i->opcode >= 0xc8 && i->opcode <= 0xcf :
	       !i->map && ((i->opcode & 0xf0) == 0x50 || (i->opcode & 0xf8) == 0x90 ||
			   (i->opcode & 0xf0) == 0xb0);
}

/* What two programs that differ for the same reason have in common, mostly. */
static uint64_t key_of(const struct difference *d)
{
	struct instruction i = instruction_of(&d->program);
	uint64_t h = hash(d->arm, i.map << 8 | (has_register(&i) ? i.opcode & 0xf8 : i.opcode));

	/* What a fault pushes as RF does not depend on the instruction. */
	if (d->differs == 1ull << DIFFERS_RF)
		return hash(hash(d->arm, d->differs), d->native.vector);
	/* Nor does, much, whether the #DB behind an access gets lost. */
	if (d->differs == 1ull << DIFFERS_STEP)
		return hash(hash(d->arm, i.map << 8 | i.opcode), d->differs);
	h = hash(h, instruction_is_group(&i) ? i.modrm >> 3 & 7 : 0);
	h = hash(h, i.has_modrm && i.modrm >= 0xc0);
	h = hash(h, d->native.vector << 32 | d->other.vector);
	h = hash(h, what_differs(d, &i));
	for (unsigned int n = 0; n < i.nr_prefixes; n++)
		h = hash(h, i.prefixes[n]);
	return hash(h, d->program.cs);
}

static char *arm_run(enum arm arm, const struct program *programs, size_t nr, const uint8_t *pattern,
		     struct state *states)
{
	return arm == PROCESS ? process_run(programs, nr, pattern, states) :
	       machine_run(arm, programs, nr, pattern, states);
}

char *hunt_pair(struct difference *d, bool *differ)
{
	char *error = arm_run(NATIVE, &d->program, 1, d->pattern, &d->native);

	if (!error)
		error = arm_run(d->arm, &d->program, 1, d->pattern, &d->other);
	d->differs = compare_arms(d->arm, &d->native, &d->other);
	*differ = d->differs && !is_excused(d);
	return error;
}

/* A program differs in a batch: find out whether it does so alone, and its smallest form. */
static char *examine(struct hunter *h, enum arm arm, size_t n)
{
	struct difference d = { .arm = arm, .index = h->indices[n], .program = h->programs[n] };
	bool differ;
	char *error;

	memcpy(d.pattern, h->pattern, sizeof(d.pattern));
	error = hunt_pair(&d, &differ);
	if (error || !differ)
		return error;
	error = reduce(&d);
	if (!error && is_new(&h->reduced, key_of(&d))) {
		h->counts.differences++;
		h->listener->found(&d, h->listener->data);
	}
	return error;
}

static char *compare_batch(struct hunter *h, enum arm arm)
{
	char *error = NULL;

	for (size_t i = 0; i < h->nr && !error; i++) {
		uint64_t differs = compare_arms(arm, &h->native[i], &h->other[i]);
		struct difference d;

		if (h->other[i].vector == ENDED_REFUSED)
			continue;
		h->counts.pairs++;
		if (!differs)
			continue;
		d = (struct difference) {
			.arm = arm, .program = h->programs[i], .native = h->native[i],
			.other = h->other[i], .differs = differs,
		};
		if (is_not_emulated(&d)) {
			h->counts.not_emulated[arm]++;
			continue;
		}
		h->counts.raw++;
		if (is_new(&h->raw, key_of(&d)))
			error = examine(h, arm, i);
	}
	return error;
}

/* Run the programs that have been collected in each arm. */
static char *run_batch(struct hunter *h)
{
	char *error;

	h->listener->running(h->indices[0], h->indices[h->nr - 1], h->listener->data);
	error = arm_run(NATIVE, h->programs, h->nr, h->pattern, h->native);
	for (enum arm arm = NATIVE + 1; arm < NR_ARMS && !error; arm++) {
		if (!h->plan->arms[arm])
			continue;
		error = arm_run(arm, h->programs, h->nr, h->pattern, h->other);
		if (!error)
			error = compare_batch(h, arm);
	}
	h->counts.programs += h->nr;
	h->nr = 0;
	return error;
}

static bool is_wanted(const struct hunt_plan *plan, const struct instruction *i)
{
	return instruction_is_repeatable(i) && !(plan->skip && instruction_is_one_of(i, plan->skip)) &&
	       (plan->arms[PREFIX] || plan->arms[PROCESS] || instruction_may_access_memory(i));
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void tell_progress(const struct hunt_plan *plan, const struct hunt_counts *c)
{
	fprintf(stderr, "\r\033[K%lu of %lu programs, %.0f pairs a second, %lu kinds of differences\r", c->next,
		plan->until, c->pairs / c->seconds, c->differences);
}

/* Collect programs, up to a batch; one that changes what the others run with is a batch of its own. */
static char *collect(struct hunter *h, uint64_t *end)
{
	const struct hunt_plan *plan = h->plan;
	uint64_t index = h->counts.next;
	struct instruction i;
	bool alone;

	if (index >= *end)
		*end = plan_pattern(&plan->space, index, h->pattern);
	h->indices[h->nr] = index;
	h->programs[h->nr] = plan_program(&plan->space, index);
	i = instruction_of(&h->programs[h->nr]);
	alone = instruction_is_system(&i) && h->programs[h->nr].cs == CODE_0;
	if (alone && h->nr)
		return run_batch(h);
	h->counts.next++;
	if (is_wanted(plan, &i))
		h->nr++;
	if (h->nr && (alone || h->nr == MAX_PROGRAMS || h->counts.next >= *end))
		return run_batch(h);
	return NULL;
}

char *hunt(const struct hunt_header *header, const struct hunt_listener *listener)
{
	const struct hunt_plan *plan = &header->plan;
	struct hunter *h = xrealloc(NULL, sizeof(*h));
	double begin = seconds_now(), told = begin;
	uint64_t end = 0;
	char *error = NULL;

	*h = (struct hunter) { .plan = plan, .listener = listener, .counts.next = plan->from };
	listener->begun(header, listener->data);
	while (h->counts.next < plan->until && !error) {
		error = collect(h, &end);
		h->counts.seconds = seconds_now() - begin;
		if (plan->progress && seconds_now() - told > 1) {
			tell_progress(plan, &h->counts);
			told = seconds_now();
		}
		if (plan->seconds && h->counts.seconds > plan->seconds)
			break;
	}
	if (h->nr && !error)
		error = run_batch(h);
	h->counts.seconds = seconds_now() - begin;
	if (plan->progress)
		fputs("\r\033[K", stderr);
	if (!error)
		listener->ended(&h->counts, listener->data);
	free(h->raw.list);
	free(h->reduced.list);
	free(h);
	return error;
}
