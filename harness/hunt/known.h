/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hunt/known: why arms differ, as far as somebody has found out.  A paragraph for each cause:
 *
 *	cause lzcnt: KVM executes LZCNT as BSR, and TZCNT as BSF
 *		by	KVM x86_decode_insn(): 0F BC and 0F BD do not look at F3
 *		manual	SDM 2A LZCNT
 *		on	hypervisor=tcg
 *		arms	F M
 *		opcodes	0fbc 0fbd
 *		prefix	f3
 *		form	memory
 *		native	#DB
 *		other	#UD #GP
 *		differs	rax rcx cf zf
 *
 * "by" begins with the author: KVM, PVM, TCG, Bochs, or "undefined" for what the manuals leave open.
 * "skip HYPERVISOR OPCODES: WHY" names instructions that end an emulator.  Where that is the fact
 * hypervisor, a hunt does not run them.
 *
 * What a paragraph leaves out, it does not ask for.  An opcode is hexadecimal, with 0f, 0f38 or 0f3a
 * in front, and may be a range, have the /reg of a ModRM byte, or a prefix: 0f90-0f9f, ff/2, f0:0fab.
 * "differs" is what the cause can change.
 */
#ifndef HUNT_KNOWN_H
#define HUNT_KNOWN_H

#include "hunt/compare.h"
#include "hunt/hunt.h"
#include "judge/value.h"

struct cause {
	char *name, *sentence, *by, *manual;
	struct condition on;
	unsigned int arms;		/* a bit each */
	char *opcodes, *native, *other;	/* as written; NULL: any */
	char *form;			/* of the ModRM byte: "memory", "register"; NULL: any */
	uint8_t prefixes[4], nr_prefixes;
	uint64_t differs;
	unsigned int line;
	uint64_t seen;			/* how many kinds */
	struct cause *next;
};

/* known_read() - read @path.  Return NULL, or "PATH:LINE: what is wrong", which the caller frees. */
char *known_read(const char *path, struct cause **causes);
void known_free(struct cause *causes);

/*
 * known_explain() - find the causes that explain @d on a platform with @facts, at most @room; return
 * how many, 0 if a part of it remains unexplained.
 */
size_t known_explain(struct cause *causes, const struct difference *d,
		     const struct facts *facts, struct cause **explained, size_t room);

#endif
