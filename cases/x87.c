// SPDX-License-Identifier: GPL-2.0-only
/*
 * x87 features - errata.rst, "KVM_GET_SUPPORTED_CPUID issues"
 *
 * The x87 FPU keeps the address of its last instruction's operand (FDP) and
 * the code segment it ran in (FCS) for exception handlers.  Newer CPUs write
 * FDP only when an unmasked exception is pending, and FCS never; they say so
 * by setting CPUID.7.0:EBX.FDP_EXCPTN_ONLY[6] and ZERO_FCS_FDS[13].  A set bit
 * means that a feature is gone.
 *
 * Nothing of this can be intercepted, so KVM reports the host's bits, and what
 * a VMM sets in guest CPUID changes what CPUID says and not what the FPU does.
 *
 * FNSTENV must follow in the same VM entry: a host that switches FPU state in
 * between may lose the pointers.  So each result is "stored" if any of many
 * tries has it.
 */
#include "case.h"

#define FDP_EXCPTN_ONLY		(1 << 6)
#define ZERO_FCS_FDS		(1 << 13)

CASE("x87", .vcpus = 1);
VARIANT("bits-set", .cpuid = {{ .leaf = 7, .reg = 1, .set = FDP_EXCPTN_ONLY | ZERO_FCS_FDS }});
VARIANT("bits-clear", .cpuid = {{ .leaf = 7, .reg = 1, .clear = FDP_EXCPTN_ONLY | ZERO_FCS_FDS }});

#define TRIES	1000

/* What FNSTENV stores in 64-bit mode (SDM 1, figure 8-9). */
struct x87_env {
	u32 fcw, fsw, ftw;
	u32 fip, fcs, fdp, fds;
};

struct x87_pointers {
	u32 fdp, fcs, fds;		/* how often each was not zero */
	u32 fdp_right;			/* how often FDP was the operand */
};

static float one = 1.0f, zero;

static void count(struct x87_pointers *p, const struct x87_env *env, const void *operand)
{
	p->fdp += env->fdp != 0;
	p->fdp_right += env->fdp == (u32)(u64)operand;
	p->fcs += (env->fcs & 0xffff) != 0;
	p->fds += (env->fds & 0xffff) != 0;
}

/* A load that raises nothing. */
static void load(void *argument)
{
	struct x87_env env;

	for (int i = 0; i < TRIES; i++) {
		asm volatile("fninit; flds %1; fnstenv %0; fninit"
			     : "=m"(env) : "m"(one));
		count(argument, &env, &one);
	}
}

/* A division by zero with #Z unmasked: pending, but not yet taken as #MF. */
static void exception(void *argument)
{
	static const u16 unmask_ze = 0x037b;
	struct x87_env env;

	for (int i = 0; i < TRIES; i++) {
		asm volatile("fninit; fldcw %3; flds %1; fdivs %2; fnstenv %0; fninit"
			     : "=m"(env) : "m"(one), "m"(zero), "m"(unmask_ze));
		count(argument, &env, &zero);
	}
}

static const char *stored(u32 times)
{
	return times ? "stored" : "zero";
}

static void observe_cpuid(const char *which, u32 ebx)
{
	observef("%s.fdp_excptn_only = %u", which, !!(ebx & FDP_EXCPTN_ONLY));
	observef("%s.zero_fcs_fds = %u", which, !!(ebx & ZERO_FCS_FDS));
}

void guest_main(void)
{
	struct x87_pointers p = {};
	u64 arg[6] = { 7, 0 };

	if (host_call(SERVICE_GET_SUPPORTED_CPUID, arg) == 0)
		observe_cpuid("supported", arg[1]);
	observe_cpuid("guest", cpuid(7, 0).ebx);

	user_call(load, &p);
	note("load: of %d tries FDP was stored in %u, FCS in %u", TRIES, p.fdp, p.fcs);
	observe("load.fdp", stored(p.fdp_right));
	observe("load.fcs", stored(p.fcs));

	p = (struct x87_pointers) {};
	user_call(exception, &p);
	note("exception: of %d tries FDP was stored in %u, FCS in %u", TRIES, p.fdp, p.fcs);
	observe("exception.fdp", stored(p.fdp_right));
	observe("exception.fcs", stored(p.fcs));
}
