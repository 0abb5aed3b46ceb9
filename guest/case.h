/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each payload needs: to describe its VM, to add observations, and to run functions
 * on its vCPUs.  Other headers have the other verbs.
 */
#ifndef GUEST_CASE_H
#define GUEST_CASE_H

#include "cpu.h"
#include "kvm.h"
#include "protocol.h"
#include "x86.h"

#define NOWHERE		BIT(39)		/* an address that the payload's page tables do not map */

struct guest_note {
	u32 owner_size, size, type;
	char owner[12];
	struct vm_note vm;
};

#define CASE_NOTE(symbol, note_type, ...)					\
	static const struct guest_note symbol					\
	__attribute__((used, aligned(4), section(".note.kvm_errata"))) = {	\
		sizeof(NOTE_OWNER), sizeof(struct vm_note), note_type,		\
		NOTE_OWNER, { __VA_ARGS__ } }
#define CASE_PASTE(a, b)	a##b
#define CASE_SYMBOL(name, line)	CASE_PASTE(name, line)

/*
 * CASE(name, .field = value, ...) - what every variant of the case needs.
 * VARIANT(name, .field = value, ...) - what this variant needs in addition.
 * The fields are those of struct vm_note.
 */
#define CASE(name_, ...)						\
	CASE_NOTE(case_note, NOTE_CASE, .name = name_, ##__VA_ARGS__)
#define VARIANT(name_, ...)						\
	CASE_NOTE(CASE_SYMBOL(variant_, __LINE__), NOTE_VARIANT, .name = name_, \
		  .line = __LINE__, ##__VA_ARGS__)

/* ENABLE(), ENABLE_OF_VCPUS() - a field: KVM_ENABLE_CAP of @cap_ for the VM, or each vCPU. */
#define ENABLE(cap_, arg_)		.enable = {{ #cap_, cap_, arg_, 0, 0 }}
#define ENABLE_OF_VCPUS(cap_, arg_)	.enable = {{ #cap_, cap_, arg_, 0, 1 }}
#define DISABLE_QUIRKS(quirks)	\
	.enable = {{ "KVM_CAP_DISABLE_QUIRKS2", KVM_CAP_DISABLE_QUIRKS2, quirks, 1, 0 }}
#define X2APIC_API(flags)		.enable = {{ "KVM_CAP_X2APIC_API", KVM_CAP_X2APIC_API, flags, 1, 0 }}

/* The case: runs on vCPU 0 at CPL0 with interrupts off; ends when it returns. */
void guest_main(void);

/*
 * Count the arguments at compile time: a loop over the format takes some instructions per
 * letter, and each may be emulated.
 */
void put_entry(enum entry_kind kind, u32 args, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
#define NINTH(_1, _2, _3, _4, _5, _6, _7, _8, n, ...)	n
#define COUNT_ARGS(...)	NINTH(_, ##__VA_ARGS__, 7, 6, 5, 4, 3, 2, 1, 0)
#define PUT_ENTRY(kind, format, ...)								\
	({											\
		_Static_assert(COUNT_ARGS(__VA_ARGS__) <= ENTRY_ARGS, "more than ENTRY_ARGS");	\
		put_entry(kind, COUNT_ARGS(__VA_ARGS__), format, ##__VA_ARGS__);		\
	})

/*
 * observef() - add an observation.
 * @format: "KEY = VALUE" with %s %c %d %u %x %lx %lu; at most ENTRY_ARGS
 *	arguments; strings must live until the case ends
 *
 * observe() - the same for a key and a value that are strings.  A value that begins with
 * UNSEEN_... says why the observation could not be made.
 *
 * Only one vCPU may add at a time: vCPU 0, or a vCPU that it has called.
 */
#define observef(format, ...)	PUT_ENTRY(ENTRY_OBSERVATION, format, ##__VA_ARGS__)

static inline void observe(const char *key, const char *value)
{
	observef("%s = %s", key, value);
}

/* note() - add a diagnostic line, shown with the next observation. */
#define note(format, ...)	PUT_ENTRY(ENTRY_NOTE, format, ##__VA_ARGS__)

/*
 * SCOPE() - until the end of this block, keys begin with @name and a dot; nests at most
 * ENTRY_SCOPES deep.  NULL adds nothing.
 */
#define SCOPE(name)								\
	bool CASE_SYMBOL(scope_, __LINE__)					\
	__attribute__((cleanup(scope_leave), unused)) = scope_enter(name)
bool scope_enter(const char *name);
void scope_leave(bool *entered);

/* wait_for_cpus() - wait until vCPUs 1 to @nr_cpus - 1 take interrupts. */
void wait_for_cpus(u32 nr_cpus);

/*
 * call_on() - run @function on a vCPU, this one or another, at CPL0 with interrupts off.
 * @index: the vCPU, in creation order; it must take interrupts, unless it is this vCPU
 *
 * Return when @function has returned.  Between calls, vCPUs other than 0 only
 * take interrupts.  call_begin() and call_end() are the halves of call_on(), so
 * that two vCPUs can run functions at the same time.
 */
void call_on(u32 index, void (*function)(void *), void *argument);
void call_begin(u32 index, void (*function)(void *), void *argument);
void call_end(u32 index);

/*
 * on_vcpu() - run @function on vCPU @index, in SCOPE(@scope).
 * on_each_vcpu() - run it on vCPU 0 in scope "here", then on vCPU 1 in scope "there".
 */
void on_vcpu(u32 index, const char *scope, void (*function)(void));
void on_each_vcpu(void (*function)(void));

extern struct mailbox mailbox;

/*
 * cpu_relax() - call this in a loop that waits for another vCPU.  If the host has fewer CPUs
 * than the VM, the other vCPU may wait for the end of this vCPU's time slice: every
 * POLLS_A_TURN calls, ask the harness to yield.  Inline, so that a timeout reports the
 * waiter's RIP.
 */
#define POLLS_A_TURN	8

static inline void cpu_relax(void)
{
	pause();
	if (mailbox.host && ++this_cpu()->polls % POLLS_A_TURN == 0)
		asm volatile("outl %0, %w1" :: "a"(RING_YIELD), "d"(DOORBELL_PORT) : "memory");
}

/* wait_in_host() - sleep in the host until another vCPU has ended a call, for at most some ms. */
static inline void wait_in_host(void)
{
	if (mailbox.host)
		asm volatile("outl %0, %w1" :: "a"(RING_WAIT), "d"(DOORBELL_PORT) : "memory");
	else
		pause();
}

/*
 * ring() - ring the doorbell: an OUT, or on bare metal a call.
 * ring_about() - the same, with an exception, which bare metal reports.
 */
void ring(enum ring why);
void ring_about(enum ring why, const struct exception *e);

/*
 * The outcome of several tries, which should all be the same: outcome_name() returns it,
 * "mixed" if they differ, or "none" without a try.  outcome_add() returns whether @what is the
 * first that differs, so that the caller can add a note.
 */
struct outcome {
	const char *what;		/* a constant string: compared by its address */
	bool mixed;
};
bool outcome_add(struct outcome *o, const char *what);
const char *outcome_name(const struct outcome *o);

static inline const char *kept(bool same)
{
	return same ? "kept" : "lost";
}

#endif
