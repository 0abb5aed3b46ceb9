// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/plan.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

#define NR_MAPS		4
#define RFLAGS_TF	0x100
#define RFLAGS_FIXED	0x202	/* IF: no interrupts are there */

/* Each with its own bytes; REX last. */
static const struct { uint8_t nr, bytes[3]; } prefixes[] = {
	{ 0, {} }, { 1, { 0x66 } }, { 1, { 0x48 } }, { 1, { 0xf3 } }, { 1, { 0xf2 } }, { 1, { 0xf0 } },
	{ 1, { 0x67 } }, { 1, { 0x64 } }, { 1, { 0x40 } }, { 1, { 0x4d } }, { 2, { 0xf3, 0x48 } },
	{ 2, { 0xf2, 0x48 } }, { 2, { 0x66, 0xf3 } }, { 2, { 0x66, 0xf2 } }, { 2, { 0x66, 0x48 } },
	{ 2, { 0xf0, 0x66 } }, { 2, { 0xf0, 0x48 } }, { 2, { 0x65, 0x66 } }, { 2, { 0x2e, 0x3e } },
	{ 2, { 0x67, 0x48 } }, { 2, { 0x67, 0x66 } }, { 2, { 0xf3, 0x66 } }, { 3, { 0x66, 0xf2, 0x48 } },
	{ 2, { 0xf2, 0xf3 } },
};

/* [RBX] and RCX, with each of the eight registers or opcode extensions; then [RSI], [RDI], [RDX]. */
static const uint8_t modrms[] = {
	0x03, 0x0b, 0x13, 0x1b, 0x23, 0x2b, 0x33, 0x3b,
	0xc1, 0xc9, 0xd1, 0xd9, 0xe1, 0xe9, 0xf1, 0xf9,
	0x06, 0x0f, 0xc4, 0x0a,
};

static const uint64_t values[] = {
	0, 1, 0x80, 0xff, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xa5a5a5a5, 0xffffffff,
	0x100000000, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
	0x0123456789abcdef, 0x0f1e2d3c4b5a6978,
};

static const uint64_t flags[] = { 0, 0x8d5, 0x401, 0x40000, 0x8d4, 0x1 };

#define NR_VALUES	16	/* sets of values */
#define NR_CPLS		2

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccd;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53;
	return x ^ x >> 33;
}

/* The innermost loop first: opcodes, ModRM bytes, maps, CPLs, prefixes, values. */
struct place {
	uint8_t opcode, modrm, map, cpl, prefix, values;
};

static uint64_t per_values(const struct plan_space *space)
{
	return 256ull * ARRAY_SIZE(modrms) * (space->map < 0 ? NR_MAPS : 1) * NR_CPLS *
	       ARRAY_SIZE(prefixes);
}

uint64_t plan_size(const struct plan_space *space)
{
	return per_values(space) * NR_VALUES;
}

static struct place place_of(const struct plan_space *space, uint64_t index)
{
	struct place p;

	p.opcode = index % 256;
	index /= 256;
	p.modrm = index % ARRAY_SIZE(modrms);
	index /= ARRAY_SIZE(modrms);
	p.map = space->map;
	if (space->map < 0) {
		p.map = index % NR_MAPS;
		index /= NR_MAPS;
	}
	p.cpl = index % NR_CPLS;
	index /= NR_CPLS;
	p.prefix = index % ARRAY_SIZE(prefixes);
	p.values = index / ARRAY_SIZE(prefixes);
	return p;
}

/* Registers change with the ModRM byte, too, whether the opcode has one or not. */
static uint64_t value(const struct plan_space *space, const struct place *p, unsigned int n)
{
	uint64_t set = n < NR_GPRS ? p->values * 32 + p->modrm : p->values;
	uint64_t r = mix(space->seed * 1000003 + set * 64 + n);

	/* The first sets are edges only; later, half of the values are random. */
	return p->values >= 4 && r & 0x100 ? mix(r) : values[r % ARRAY_SIZE(values)];
}

uint64_t plan_pattern(const struct plan_space *space, uint64_t index, uint8_t pattern[WINDOW_SIZE])
{
	struct place p = place_of(space, index);

	for (unsigned int i = 0; i < WINDOW_SIZE / 8; i++) {
		uint64_t v = value(space, &p, 32 + i);

		memcpy(pattern + 8 * i, &v, sizeof(v));
	}
	return (index / per_values(space) + 1) * per_values(space);
}

static void put_opcode(struct program *program, int map, uint8_t opcode)
{
	if (map > 0)
		program->bytes[program->length++] = 0x0f;
	if (map > 1)
		program->bytes[program->length++] = map == 2 ? 0x38 : 0x3a;
	program->bytes[program->length++] = opcode;
}

/* What comes behind: displacements and immediates, which are NOPs if they are not needed. */
static void fill(struct program *p, int map, uint8_t opcode)
{
	static const uint64_t address = WINDOW + 40;
	static const uint32_t distance = 12;
	static const uint16_t arguments = 16;

	memset(p->bytes + p->length, 0x90, sizeof(p->bytes) - p->length);
	/* CALL, JMP and Jcc: the target is among the NOPs. */
	if (map ? opcode >> 4 == 8 : opcode == 0xe8 || opcode == 0xe9)
		memcpy(p->bytes + p->length, &distance, sizeof(distance));
	/* RET with an operand: TCG takes it as signed. */
	if (map == 0 && (opcode == 0xc2 || opcode == 0xca))
		memcpy(p->bytes + p->length, &arguments, sizeof(arguments));
	/* MOV between the accumulator and an address of 8 bytes, or 4 with 67 */
	if (map == 0 && opcode >= 0xa0 && opcode <= 0xa3)
		memcpy(p->bytes + p->length, &address, memchr(p->bytes, 0x67, p->length) ? 4 : 8);
}

struct program plan_program(const struct plan_space *space, uint64_t index)
{
	struct place at = place_of(space, index);
	struct program p = {};

	for (unsigned int i = 0; i < NR_GPRS; i++)
		p.gpr[i] = value(space, &at, i);
	p.gpr[RBX] = WINDOW + 32;
	p.gpr[RSP] = WINDOW + 64;
	p.gpr[RBP] = WINDOW + 80;
	p.gpr[RSI] = WINDOW + 16;
	p.gpr[RDI] = WINDOW + 96;
	/* A small count for REP and shifts, every other time. */
	p.gpr[RCX] = at.modrm % 2 ? p.gpr[RCX] : 2;
	p.rflags = RFLAGS_TF | RFLAGS_FIXED | flags[(at.values + at.modrm) % ARRAY_SIZE(flags)];
	p.cs = at.cpl ? CODE_3 : CODE_0;
	p.ss = at.cpl ? DATA_3 : DATA_0;
	memcpy(p.bytes, prefixes[at.prefix].bytes, prefixes[at.prefix].nr);
	p.length = prefixes[at.prefix].nr;
	put_opcode(&p, at.map, at.opcode);
	if (instruction_has_modrm(at.map, at.opcode))
		p.bytes[p.length++] = modrms[at.modrm];
	fill(&p, at.map, at.opcode);
	return p;
}

/* SDM 2D, appendix A: opcodes with a ModRM byte, one bit each. */
bool instruction_has_modrm(int map, uint8_t opcode)
{
	static const uint16_t one_byte[16] = {
		0x0f0f, 0x0f0f, 0x0f0f, 0x0f0f, 0, 0, 0x0a0c, 0, 0xffff, 0, 0, 0, 0x00f3, 0xff0f, 0, 0xc0c0,
	};
	static const uint16_t two_byte[16] = {
		0xa00f, 0xffff, 0xff0f, 0, 0xffff, 0xffff, 0xffff, 0xff7f, 0, 0xffff, 0xf838, 0xffff,
		0x00ff, 0xffff, 0xffff, 0xffff,
	};

	return map > 1 || (map ? two_byte : one_byte)[opcode >> 4] >> (opcode & 15) & 1;
}

static bool is_prefix(uint8_t byte)
{
	return byte && strchr("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3", byte);
}

struct instruction instruction_of(const struct program *p)
{
	struct instruction i = {};
	unsigned int n = 0;

	while (n < 5 && (is_prefix(p->bytes[n]) || (p->bytes[n] >> 4) == 4)) {
		bool rex = p->bytes[n] >> 4 == 4;

		i.prefixes[i.nr_prefixes++] = p->bytes[n++];
		if (rex)
			break;
	}
	if (p->bytes[n] == 0x0f) {
		i.map = p->bytes[n + 1] == 0x38 ? 2 : p->bytes[n + 1] == 0x3a ? 3 : 1;
		n += i.map == 1 ? 1 : 2;
	}
	i.opcode = p->bytes[n++];
	i.has_modrm = instruction_has_modrm(i.map, i.opcode);
	if (i.has_modrm)
		i.modrm = p->bytes[n++];
	return i;
}

void instruction_put(struct program *p, const struct instruction *i)
{
	p->length = i->nr_prefixes;
	memcpy(p->bytes, i->prefixes, i->nr_prefixes);
	put_opcode(p, i->map, i->opcode);
	if (i->has_modrm)
		p->bytes[p->length++] = i->modrm;
	fill(p, i->map, i->opcode);
}

bool instruction_is_for_process(const struct instruction *i)
{
	unsigned int group = i->modrm >> 3 & 7;

	for (unsigned int n = 0; n < i->nr_prefixes; n++) {
		if (i->prefixes[n] == 0x64 || i->prefixes[n] == 0x65)
			return false;
	}
	switch (i->map << 8 | i->opcode) {
	case 0x105: case 0x107: case 0x134: case 0x135:	/* SYSCALL, SYSRET, SYSENTER, SYSEXIT */
	case 0x0cd: case 0x0f1:				/* INT n, INT1 */
	case 0x062: case 0x0c4: case 0x0c5:		/* EVEX, VEX: the guest has no OSXSAVE */
	case 0x08e: case 0x1a1: case 0x1a9: case 0x1b2: case 0x1b4: case 0x1b5:	/* loads of segments */
	case 0x100: case 0x101: case 0x102: case 0x103:	/* SLDT, SGDT and the like, LAR, LSL */
	case 0x0ca: case 0x0cb: case 0x0cf:		/* far RET, IRET */
	case 0x1a0: case 0x1a8:				/* PUSH FS, PUSH GS */
	case 0x131: case 0x133: case 0x1a2: case 0x1ae:	/* RDTSC, RDPMC, CPUID, FXSAVE, XSAVE */
		return false;
	case 0x0d9: case 0x0dd:				/* FNSTENV, FNSAVE: the last x87 instruction */
		return i->modrm >= 0xc0 || group != 6;
	case 0x08c:					/* MOV from a segment register */
		return false;
	case 0x08f:					/* XOP */
		return group == 0;
	case 0x0ff:					/* far CALL, far JMP */
		return group != 3 && group != 5;
	case 0x1c7:					/* RDRAND, RDSEED, XSAVEC, VMPTRLD */
		return group == 1;
	}
	return true;
}

bool instruction_may_access_memory(const struct instruction *i)
{
	if (i->has_modrm && (i->modrm < 0xc0 || (!i->map && (i->opcode == 0xff || i->opcode == 0x8f))))
		return true;
	if (i->map == 1)
		return i->opcode == 0xa0 || i->opcode == 0xa1 || i->opcode == 0xa8 || i->opcode == 0xa9;
	switch (i->map ? 0 : i->opcode) {
	case 0x50 ... 0x5f: case 0x68: case 0x6a: case 0x6c ... 0x6f: case 0x9c: case 0x9d:
	case 0xa0 ... 0xa7: case 0xaa ... 0xaf: case 0xc2: case 0xc3: case 0xc8 ... 0xcb: case 0xcf:
	case 0xd7: case 0xe8:
		return true;
	}
	return false;
}

/* Parse 0fbd or ff/2; return the opcode with its map, or -1.  *@group is -1 without a slash. */
static int parse_opcode(const char *word, int *group)
{
	char *end;
	unsigned long n = strtoul(word, &end, 16);
	size_t digits = end - word;

	*group = -1;
	if (*end == '/' && end[1] >= '0' && end[1] <= '7' && !end[2])
		*group = end[1] - '0';
	else if (*end)
		return -1;
	if (digits == 2)
		return n;
	if (digits == 4 && n >> 8 == 0x0f && n != 0x0f38 && n != 0x0f3a)
		return 0x100 | (n & 0xff);
	if (digits == 6 && (n >> 8 == 0x0f38 || n >> 8 == 0x0f3a))
		return (n >> 8 == 0x0f38 ? 0x200 : 0x300) | (n & 0xff);
	return -1;
}

/* A word of a list of opcodes. */
struct range {
	int first, last, group;		/* opcodes with their map; the reg field, or -1 */
	int prefix;			/* -1: any */
};

static bool parse_range(const char *word, struct range *r)
{
	const char *colon = strchr(word, ':'), *opcodes = colon ? colon + 1 : word;
	const char *dash = strchr(opcodes, '-');
	char *from = text("%.*s", (int)strcspn(opcodes, "-"), opcodes), *end;
	int unused;

	r->prefix = colon ? (int)strtoul(word, &end, 16) : -1;
	r->first = r->last = parse_opcode(from, &r->group);
	if (dash)
		r->last = parse_opcode(dash + 1, &unused);
	free(from);
	return r->first >= 0 && r->last >= r->first && (!colon || (end == colon && end == word + 2));
}

bool instruction_is_list(const char *opcodes)
{
	bool valid = true;
	char *word;

	while (valid && (word = text_next(&opcodes, " "))) {
		struct range r;

		valid = parse_range(word, &r);
		free(word);
	}
	return valid;
}

static bool is_in(const struct instruction *i, const struct range *r)
{
	int opcode = i->map << 8 | i->opcode;
	bool has_prefix = r->prefix < 0;

	for (unsigned int n = 0; n < i->nr_prefixes; n++)
		has_prefix |= i->prefixes[n] == r->prefix;
	return has_prefix && opcode >= r->first && opcode <= r->last &&
	       (r->group < 0 || (i->has_modrm && (i->modrm >> 3 & 7) == r->group));
}

bool instruction_is_one_of(const struct instruction *i, const char *opcodes)
{
	bool found = false;
	char *word;

	while (!found && (word = text_next(&opcodes, " "))) {
		struct range r;

		found = parse_range(word, &r) && is_in(i, &r);
		free(word);
	}
	return found;
}

/* SDM 2D, table A-6: the opcodes that the ModRM byte extends; and moves of CRs, DRs and segments. */
bool instruction_is_group(const struct instruction *i)
{
	switch (i->map << 8 | i->opcode) {
	case 0x080 ... 0x083: case 0x08c: case 0x08e: case 0x08f: case 0x0c0: case 0x0c1: case 0x0c6:
	case 0x0c7: case 0x0d0 ... 0x0d3: case 0x0d8 ... 0x0df: case 0x0f6: case 0x0f7: case 0x0fe:
	case 0x0ff: case 0x100: case 0x101: case 0x118: case 0x120 ... 0x123: case 0x171 ... 0x173:
	case 0x1ae: case 0x1ba: case 0x1c7:
		return true;
	}
	return false;
}

bool instruction_is_repeatable(const struct instruction *i)
{
	unsigned int group = i->modrm >> 3 & 7;

	switch (i->map << 8 | i->opcode) {
	case 0x131: case 0x133:				/* RDTSC, RDPMC */
		return false;
	case 0x120:					/* MOV from CR3, which is the arm's */
		return group != 3;
	case 0x101:					/* RDTSCP, RDPRU */
		return i->modrm != 0xf9 && i->modrm != 0xfd;
	case 0x1c7:					/* RDRAND, RDSEED, RDPID */
		return i->modrm < 0xc0 || group < 6;
	}
	return true;
}

/* These change what the next program of a batch runs with, at CPL0. */
bool instruction_is_system(const struct instruction *i)
{
	switch (i->map << 8 | i->opcode) {
	case 0x100 ... 0x102: case 0x105 ... 0x107: case 0x120 ... 0x127: case 0x130: case 0x132:
	case 0x134: case 0x135: case 0x1aa: case 0x1ae: case 0x1c7:
	case 0x0ca: case 0x0cb: case 0x0cf: case 0x0ff: case 0x08e: case 0x0f4:
		return true;
	}
	return false;
}
