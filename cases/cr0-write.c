// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every way to write CR0.CD and CR0.NW - errata.rst, "CR0.CD"
 *
 * MOV writes all of CR0.  LMSW writes only its lowest four bits and CLTS only TS, so neither
 * changes CD and NW.  SMSW reads CR0, too.  A write of NW=1 with CD=0 raises #GP and changes
 * nothing (SDM 3A, 2.5).  A VMM writes CR0 with KVM_SET_SREGS, under the same rules.
 *
 * KVM may keep CD and NW in a shadow: the shadow has to be right after each of these writes,
 * whatever its value was before, and each vCPU has to have its own.
 */
#include "case.h"
#include "host.h"

CASE("cr0-write", .vcpus = 2);
VARIANT("default");
VARIANT("quirk-disabled", DISABLE_QUIRKS(KVM_X86_QUIRK_CD_NW_CLEARED));

#define CD_NW		(X86_CR0_CD | X86_CR0_NW)

static const u64 legal[] = { 0, X86_CR0_CD, CD_NW };

enum way { BY_MOV, BY_SREGS };

/*
 * Return "readback" or "dropped"; if the write is refused, "#GP" or "EINVAL", or "changed" if
 * CR0 has changed all the same.
 */
static const char *write(enum way way, u64 value)
{
	u64 before = read_cr0();
	const char *refused;
	s64 r;

	if (way == BY_MOV) {
		int fault = write_cr0_safe(value);

		refused = fault ? fault_name(fault) : NULL;
	} else {
		r = set_cr0(this_cpu()->index, value);
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

/* Move from each legal state to each legal state, and to NW alone. */
static void observe_moves(enum way way)
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
	observe("moves", outcome_name(&moves));
	observe("to-nw", outcome_name(&nw_alone));
}

/* Execute LMSW, then CLTS: neither may change CD and NW. */
static void observe_partial(void)
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
	observe("lmsw", kept(lmsw_kept));
	observe("clts", kept(clts_kept));
	observef("clts.ts = %u", !clts_clears);
}

static void observe_vcpu(void)
{
	observe_moves(BY_MOV);
	observe_partial();
}

static void observe_sregs(void)
{
	observe_moves(BY_SREGS);
}

static void load_cr0(void *cr0)
{
	*(u64 *)cr0 = read_cr0();
}

static void set_cd_nw(void *bits)
{
	write_cr0((read_cr0() & ~CD_NW) | (u64)bits);
}

static const char *cd_nw_of(u32 index)
{
	u64 cr0;

	call_on(index, load_cr0, &cr0);
	return cd_nw(cr0);
}

void guest_main(void)
{
	wait_for_cpus(2);
	on_each_vcpu(observe_vcpu);
	on_vcpu(0, "sregs", observe_sregs);
	on_vcpu(1, "sregs-there", observe_sregs);

	set_cd_nw((void *)X86_CR0_CD);
	call_on(1, set_cd_nw, (void *)CD_NW);
	observe("both.here", cd_nw_of(0));
	observe("both.there", cd_nw_of(1));
	set_cd_nw(NULL);
	observe("one.there", cd_nw_of(1));
	observe("one.here", cd_nw_of(0));
}
