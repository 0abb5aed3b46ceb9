// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every way to write CR0.CD and CR0.NW - errata.rst, "CR0.CD"
 *
 * MOV writes all of CR0; LMSW only its lowest four bits, and CLTS only TS, so that
 * both leave CD and NW alone; SMSW reads the lower half.  NW=1 with CD=0 is
 * refused with #GP, and leaves what was there (SDM 3A, 2.5).  A VMM writes CR0 by
 * KVM_SET_SREGS, under the same rules.
 *
 * KVM may keep CD and NW in a shadow: they have to be there on each of these ways,
 * whatever was there before, and for each vCPU its own.
 */
#include "case.h"

CASE("cr0-write", .vcpus = 2);
VARIANT("default");
VARIANT("quirk-disabled", .disable_quirks = KVM_X86_QUIRK_CD_NW_CLEARED);

#define CD_NW		(X86_CR0_CD | X86_CR0_NW)

static const u64 legal[] = { 0, X86_CR0_CD, CD_NW };

enum way { BY_MOV, BY_SREGS };

/* "readback", or how it was refused; "changed" if it was and CR0 is another one. */
static const char *write(enum way way, u64 value)
{
	u64 before = read_cr0(), arg[6] = { this_cpu()->index, value };
	const char *refused;
	s64 r;

	if (way == BY_MOV) {
		int fault = write_cr0_safe(value);

		refused = fault ? fault_name(fault) : NULL;
	} else {
		r = host_call(SERVICE_SET_CR0, arg);
		if (r == -ENOSYS)
			return UNSEEN_GUEST "no host";
		refused = r ? "EINVAL" : NULL;
	}
	if (refused)
		return read_cr0() == before ? refused : "changed";
	return read_cr0() == value && (smsw() & CD_NW) == (value & CD_NW) ? "readback" : "dropped";
}

static void try_move(struct outcome *o, enum way way, u64 from, u64 to)
{
	const char *what;

	write_cr0(from);
	what = write(way, to);
	if (outcome_add(o, what))
		note("CR0: %s, but %s for 0x%lx after 0x%lx", o->what, what, to, from);
}

/* From each state to each other, and to NW alone. */
static void observe_moves(const char *key, enum way way)
{
	const u64 cr0 = read_cr0() & ~CD_NW;
	struct outcome moves = {}, nw_alone = {};

	for (u32 from = 0; from < ARRAY_SIZE(legal); from++) {
		for (u32 to = 0; to < ARRAY_SIZE(legal); to++) {
			try_move(&moves, way, cr0 | legal[from], cr0 | legal[to]);
			try_move(&moves, way, cr0 | legal[from],
				 cr0 | legal[to] | X86_CR0_TS);
		}
		try_move(&nw_alone, way, cr0 | legal[from], cr0 | X86_CR0_NW);
	}
	write_cr0(cr0);
	observef("%s.moves = %s", key, outcome_name(&moves));
	observef("%s.to-nw = %s", key, outcome_name(&nw_alone));
}

/* LMSW sets and clears what it can, then CLTS; CD and NW stay as they are. */
static void observe_partial(const char *key)
{
	const u64 cr0 = read_cr0() & ~CD_NW;
	bool lmsw_kept = true, clts_kept = true, clts_clears = true;

	for (u32 i = 0; i < ARRAY_SIZE(legal); i++) {
		write_cr0(cr0 | legal[i]);
		lmsw(X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS);
		lmsw_kept &= (read_cr0() & CD_NW) == legal[i] && (read_cr0() & X86_CR0_EM);
		clts();
		clts_kept &= (read_cr0() & CD_NW) == legal[i];
		clts_clears &= !(read_cr0() & X86_CR0_TS);
	}
	write_cr0(cr0);
	observef("%s.lmsw = %s", key, kept(lmsw_kept));
	observef("%s.clts = %s", key, kept(clts_kept));
	observef("%s.clts.ts = %u", key, !clts_clears);
}

static void observe_vcpu(void *key)
{
	observe_moves(key, BY_MOV);
	observe_partial(key);
}

static void observe_sregs(void *key)
{
	observe_moves(key, BY_SREGS);
}

static void set_cd_nw(void *bits)
{
	write_cr0((read_cr0() & ~CD_NW) | (u64)bits);
}

static void observe_cr0(void *key)
{
	observe(key, cd_nw(read_cr0()));
}

void guest_main(void)
{
	wait_for_cpus(2);
	observe_vcpu("here");
	call_on(1, observe_vcpu, "there");
	observe_sregs("sregs");
	call_on(1, observe_sregs, "sregs-there");

	set_cd_nw((void *)X86_CR0_CD);
	call_on(1, set_cd_nw, (void *)CD_NW);
	observe_cr0("both.here");
	call_on(1, observe_cr0, "both.there");
	set_cd_nw(NULL);
	call_on(1, observe_cr0, "one.there");
	observe_cr0("one.here");
}
