// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/compare.h"

#include <string.h>

#include "text.h"

#define VECTOR_PF	14
#define PF_PRESENT	1
#define BIT(n)		(1ull << (n))

static const char *const names[NR_DIFFERENCES] = {
	"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
	"r13", "r14", "r15", "rip", "cf", "pf", "af", "zf", "sf", "of", "df", "rf", "rflags", "memory",
	"vector", "error", "cr2", "dr6", "cs", "ss", "segment", "xmm", "step",
};

static const struct { uint8_t bit, differs; } flags[] = {
	{ 0, DIFFERS_CF }, { 2, DIFFERS_PF }, { 4, DIFFERS_AF }, { 6, DIFFERS_ZF }, { 7, DIFFERS_SF },
	{ 11, DIFFERS_OF }, { 10, DIFFERS_DF }, { 16, DIFFERS_RF },
};

static uint64_t compare_states(const struct state *a, const struct state *b)
{
	uint64_t d = 0, other = a->rflags ^ b->rflags;

	for (unsigned int i = 0; i < NR_GPRS; i++)
		d |= a->gpr[i] != b->gpr[i] ? BIT(DIFFERS_GPR + i) : 0;
	for (unsigned int i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		d |= other >> flags[i].bit & 1 ? BIT(flags[i].differs) : 0;
		other &= ~BIT(flags[i].bit);
	}
	d |= other ? BIT(DIFFERS_RFLAGS) : 0;
	if (a->rip != b->rip)
		d |= b->rip == a->rip + 1 && a->vector == b->vector ? BIT(DIFFERS_STEP) : BIT(DIFFERS_RIP);
	d |= a->vector != b->vector ? BIT(DIFFERS_VECTOR) : 0;
	d |= a->error != b->error ? BIT(DIFFERS_ERROR) : 0;
	d |= a->cr2 != b->cr2 ? BIT(DIFFERS_CR2) : 0;
	d |= a->dr6 != b->dr6 ? BIT(DIFFERS_DR6) : 0;
	d |= a->cs != b->cs ? BIT(DIFFERS_CS) : 0;
	d |= a->ss != b->ss ? BIT(DIFFERS_SS) : 0;
	d |= memcmp(&a->ds, &b->ds, 8) ? BIT(DIFFERS_SEGMENT) : 0;
	d |= memcmp(a->xmm, b->xmm, sizeof(a->xmm)) ? BIT(DIFFERS_XMM) : 0;
	d |= memcmp(a->memory, b->memory, sizeof(a->memory)) ? BIT(DIFFERS_MEMORY) : 0;
	return d;
}

uint64_t compare_arms(enum arm arm, const struct state *native, const struct state *other)
{
	uint64_t d = compare_states(native, other);

	if (arm == PROCESS) {
		d &= ~(BIT(DIFFERS_DR6) | BIT(DIFFERS_SEGMENT));
		if (other->vector != VECTOR_PF)
			d &= ~BIT(DIFFERS_CR2);
		/* An address that the guest does not map may be Linux's own. */
		else if ((native->error | PF_PRESENT) == (other->error | PF_PRESENT))
			d &= ~BIT(DIFFERS_ERROR);
	}
	return d;
}

const char *compare_name(unsigned int bit)
{
	return names[bit];
}

char *compare_words(uint64_t differences)
{
	char *words = NULL;

	for (unsigned int i = 0; i < NR_DIFFERENCES; i++) {
		if (differences & BIT(i))
			words = text_append(words, "%s%s", words ? "," : "", names[i]);
	}
	return words ? words : text("nothing");
}

uint64_t compare_bits(const char *word)
{
	if (!strcmp(word, "all"))
		return BIT(NR_DIFFERENCES) - 1;
	if (!strcmp(word, "registers"))
		return BIT(NR_GPRS) - 1;
	if (!strcmp(word, "flags"))
		return BIT(DIFFERS_RFLAGS + 1) - BIT(DIFFERS_CF);
	for (unsigned int i = 0; i < NR_DIFFERENCES; i++) {
		if (!strcmp(word, names[i]))
			return BIT(i);
	}
	return 0;
}

const char *vector_words(uint64_t vector)
{
	static const char *const exceptions[] = {
		"#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "vector 9", "#TS", "#NP",
		"#SS", "#GP", "#PF", "vector 15", "#MF", "#AC", "#MC", "#XM", "#VE", "#CP",
	};
	static const char *const ends[] = {
		"HLT", "shutdown", "emulation failure", "failed entry", "hang", "unexpected exit", "guest.S lost control", "not run",
	};

	if (vector < sizeof(exceptions) / sizeof(*exceptions))
		return exceptions[vector];
	if (vector >= ENDED_HLT && vector <= ENDED_REFUSED)
		return ends[vector - ENDED_HLT];
	return "another vector";
}
