/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the hunt's guest and its host share: where everything is, a program, and the state that it
 * ends in.  guest.S includes this, too.
 */
#ifndef HUNT_LAYOUT_H
#define HUNT_LAYOUT_H

/*
 * The guest's physical memory.  It is mapped at BASE, for CPL0 only: programs use small numbers as
 * addresses.
 */
#define BASE		0x30000000
#define TABLES		0x1000		/* the host fills them */
#define ROOT_RAM	0x1000		/* CR3 of arms N and F */
#define ROOT_HOLE	0x2000		/* CR3 of arm M: the window is in no memory slot */
#define RUNTIME		0xd000		/* guest.S */
#define HEAD		0xe000		/* struct head */
#define STACK_END	0xf000
#define RAM_PAGE	0xf000		/* the window's page */
#define CODE		0x10000		/* a slot for each program */
#define PROGRAMS	0x40000
#define STATES		0x100000
#define MEMORY_SIZE	0x200000
#define HOLE		0xd0000000	/* the window's page in arm M */

/*
 * What a program sees, at any CPL.  A process of the host can have the same addresses, and a 67
 * prefix does not change them.  A slot has room for KVM's prefix in front of the instruction.
 */
#define CODE_VA		0x40000000	/* of CODE */
#define SLOT_SIZE	64
#define SLOT_BEGIN	16		/* of the instruction, in its slot */
#define WINDOW_PAGE	0x40200000
#define WINDOW		(WINDOW_PAGE + 0x800)
#define WINDOW_SIZE	128
#define FS_BASE		0x10
#define GS_BASE		0x18

#define DONE_PORT	0xf4		/* of the guest: the batch is done */
#define LOST_PORT	0xf5		/* after an exception in guest.S */

#define MAX_PROGRAMS	1024		/* of a batch */

/* Selectors: as in Linux, because a process of the host sees those */
#define CODE_0		0x10
#define DATA_0		0x18
#define DATA_3		0x2b
#define CODE_3		0x33
#define TASK		0x40

/* For guest.S: offsets in struct program and struct state */
#define AT_RIP		128
#define AT_RFLAGS	136
#define AT_CS		144
#define AT_SS		152
#define AT_VECTOR	160
#define AT_ERROR	168
#define AT_CR2		176
#define AT_DR6		184
#define AT_DS		192
#define AT_XMM		208
#define AT_MEMORY	272
#define STATE_SIZE	400
#define PROGRAM_SIZE	176
#define AT_NR		0		/* in struct head */
#define AT_CURRENT	8
#define AT_DONE		16
#define AT_PATTERN	64
#define AT_FX		192

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

#define FCW_INIT	0x37f
#define MXCSR_INIT	0x1f80

/* The order of an instruction's encoding: RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8 to R15. */
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, NR_GPRS = 16 };

/* What a program begins with; the guest does not need its bytes. */
struct program {
	uint64_t gpr[NR_GPRS], rip, rflags, cs, ss;
	uint8_t bytes[15], length;	/* prefixes to the last byte that matters to the opcode */
};

#define LAST_EXCEPTION	31
/* Instead of a vector: how else a program can end. */
enum {
	ENDED_HLT = 0x100, ENDED_SHUTDOWN, ENDED_NOT_EMULATED, ENDED_FAILED_ENTRY, ENDED_HANG,
	ENDED_OTHER,
	ENDED_LOST,		/* guest.S cannot run any more */
	ENDED_REFUSED,		/* arm H does not run it */
};

/* What it ends with. */
struct state {
	uint64_t gpr[NR_GPRS], rip, rflags, cs, ss, vector, error, cr2, dr6;
	uint16_t ds, es, fs, gs;
	uint64_t unused;
	uint64_t xmm[8];		/* XMM0 to XMM3 */
	uint8_t memory[WINDOW_SIZE];
};

struct head {
	uint64_t nr, current;		/* of the batch */
	uint64_t done;
	uint64_t unused[5];
	uint8_t pattern[WINDOW_SIZE];	/* the window at the start of each program */
	uint8_t fx[512];		/* for FXRSTOR: XMM0 to XMM3 are as the window */
};

_Static_assert(offsetof(struct program, rip) == AT_RIP && sizeof(struct program) == PROGRAM_SIZE &&
	       offsetof(struct state, ss) == AT_SS && offsetof(struct state, dr6) == AT_DR6 &&
	       offsetof(struct state, ds) == AT_DS && offsetof(struct state, xmm) == AT_XMM &&
	       offsetof(struct state, memory) == AT_MEMORY && sizeof(struct state) == STATE_SIZE &&
	       offsetof(struct head, pattern) == AT_PATTERN && offsetof(struct head, fx) == AT_FX, "guest.S has other offsets");
_Static_assert(PROGRAMS + MAX_PROGRAMS * PROGRAM_SIZE <= STATES &&
	       STATES + MAX_PROGRAMS * STATE_SIZE <= MEMORY_SIZE &&
	       CODE + MAX_PROGRAMS * SLOT_SIZE <= PROGRAMS, "a batch does not fit");
#endif

#endif
