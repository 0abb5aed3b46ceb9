// SPDX-License-Identifier: GPL-2.0-only
/*
 * x87 features - errata.rst, "KVM_GET_SUPPORTED_CPUID issues"
 *
 * For exception handlers, the x87 FPU keeps the address of its last instruction's operand
 * (FDP) and the code segment in which that instruction ran (FCS).  Newer CPUs write FDP only
 * when an unmasked exception is pending, and never write FCS; they say so in
 * CPUID.7.0:EBX.FDP_EXCPTN_ONLY[6] and ZERO_FCS_FDS[13].  A set bit means that a feature is
 * gone.
 *
 * KVM cannot intercept any of this, so it reports the host's bits.  What a VMM sets in guest
 * CPUID changes what CPUID says, and does not change what the FPU does.
 *
 * FNSTENV must follow in the same VM entry: a host that switches FPU state in between may lose
 * the pointers.  So a result is "stored" if any of many tries has stored a pointer.
 */
#include "case.h"
#include "host.h"
#include "sipi.h"

#define FDP_EXCPTN_ONLY		(1 << 6)
#define ZERO_FCS_FDS		(1 << 13)
#define BOTH_BITS		(FDP_EXCPTN_ONLY | ZERO_FCS_FDS)

CASE("x87", .vcpus = 2);
VARIANT("bits-host");
VARIANT("bits-set", .cpuid = {{ .leaf = 7, .reg = 1, .set = BOTH_BITS }});
VARIANT("bits-clear", .cpuid = {{ .leaf = 7, .reg = 1, .clear = BOTH_BITS }});
VARIANT("bits-mixed", .cpuid = {
	{ .vcpus = BIT(0), .leaf = 7, .reg = 1, .set = BOTH_BITS },
	{ .vcpus = BIT(1), .leaf = 7, .reg = 1, .clear = BOTH_BITS } });

#define TRIES	1000

/* What FNSTENV stores in 64-bit mode (SDM 1, figure 8-9). */
struct x87_env {
	u32 fcw, fsw, ftw;
	u32 fip, fcs, fdp, fds;
};

struct x87_pointers {
	u32 fdp, fcs, fds;		/* how often each was not zero */
	u32 fdp_right;			/* how often FDP was the operand's address */
};

static float one __attribute__((used)) = 1.0f, zero;

static void count(struct x87_pointers *p, const struct x87_env *env, const void *operand)
{
	p->fdp += env->fdp != 0;
	p->fdp_right += env->fdp == (u32)(u64)operand;
	p->fcs += (env->fcs & 0xffff) != 0;
	p->fds += (env->fds & 0xffff) != 0;
}

/* A load that raises no exception. */
static void load(void *argument)
{
	struct x87_env env;

	for (int i = 0; i < TRIES; i++) {
		asm volatile("fninit; flds %1; fnstenv %0; fninit"
			     : "=m"(env) : "m"(one));
		count(argument, &env, &one);
	}
}

/* The same load by a far call to a 32-bit code segment: in 64-bit mode a CPU keeps no FDS. */
static struct x87_env env_32 __attribute__((used));
static int fault_32;			/* a KVM that emulates 32-bit code may not know FLD */
extern const char load_32[];
asm(".text\n"
    ".code32\n"
    "load_32:\n"
    "	mov $0x2b, %eax\n"		/* USER_DS */
    "	mov %eax, %ds\n"
    "	fninit\n"
    "1:	flds one; fnstenv env_32; fninit\n"
    "2:	lret\n"
    FIXUP
    ".code64\n");

static void load_in_32_bit_segment(void *argument)
{
	const struct { u32 offset; u16 selector; } __attribute__((packed)) far = {
		(u32)(u64)load_32, USER_CS32
	};

	register u64 vector asm(FAULT_REGISTER) = 0;

	for (int i = 0; i < TRIES && !vector; i++) {
		asm volatile("lcall *%1" : "+r"(vector) : "m"(far) : "rax", "memory");
		count(argument, &env_32, &one);
	}
	fault_32 = vector;
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

static const char no_fld_in_32_bit[] =
	UNSEEN_HOST "FLD raises an exception in a 32-bit code segment, emulated by this KVM";

static const char *stored(u32 times)
{
	return times ? "stored" : "zero";
}

/* "wrong" needs another FDP in most tries: an interruption may leave the host's FDP there once. */
static const char *stored_fdp(const struct x87_pointers *p)
{
	return p->fdp_right ? "stored" : p->fdp > TRIES / 2 ? "wrong" : "zero";
}

static void observe_bits(const char *which, u32 ebx)
{
	observef("%s.fdp_excptn_only = %u", which, !!(ebx & FDP_EXCPTN_ONLY));
	observef("%s.zero_fcs_fds = %u", which, !!(ebx & ZERO_FCS_FDS));
}

/* Observe the bits in this vCPU's CPUID, and in what KVM_GET_CPUID2 returns. */
static void observe_cpuid(void)
{
	struct cpuid r;

	observe_bits("guest", cpuid(7, 0).ebx);
	if (get_cpuid(this_cpu()->index, 7, 0, &r))
		observe_bits("get-cpuid", r.ebx);
}

static void observe_x87(void)
{
	struct x87_pointers p = {};

	user_call(load, &p);
	note("load: of %d tries FDP was stored in %u, FCS in %u", TRIES, p.fdp, p.fcs);
	observe("load.fdp", stored_fdp(&p));
	observe("load.fcs", stored(p.fcs));

	p = (struct x87_pointers) {};
	user_call(load_in_32_bit_segment, &p);
	note("32-bit: of %d tries FDP was stored in %u, FCS in %u, FDS in %u", TRIES, p.fdp,
	     p.fcs, p.fds);
	observe("load-32.fdp", fault_32 ? no_fld_in_32_bit : stored_fdp(&p));
	observe("load-32.fcs", fault_32 ? no_fld_in_32_bit : stored(p.fcs));
	observe("load-32.fds", fault_32 ? no_fld_in_32_bit : stored(p.fds));

	p = (struct x87_pointers) {};
	user_call(exception, &p);
	note("exception: of %d tries FDP was stored in %u, FCS in %u", TRIES, p.fdp, p.fcs);
	observe("exception.fdp", stored_fdp(&p));
	observe("exception.fcs", stored(p.fcs));
}

void guest_main(void)
{
	struct cpuid r;

	wait_for_cpus(2);
	if (supported_cpuid(7, 0, &r))
		observe_bits("supported", r.ebx);
	observe_cpuid();
	on_vcpu(1, "there", observe_cpuid);
	observe_x87();
	on_vcpu(1, "there", observe_x87);
	if (start_by_sipi(1, 1)) {
		on_vcpu(1, "after-init", observe_cpuid);
		on_vcpu(1, "after-init", observe_x87);
	}
}
