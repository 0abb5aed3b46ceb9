/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that a case needs: how it describes itself, and its verbs.
 */
#ifndef GUEST_CASE_H
#define GUEST_CASE_H

#include "apic.h"
#include "cpu.h"
#include "kvm.h"
#include "protocol.h"
#include "x86.h"

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
#define CASE_SYMBOL(line)	CASE_PASTE(variant_, line)

/*
 * CASE(name, .field = value, ...) - what every variant of the case needs.
 * VARIANT(name, .field = value, ...) - what this variant needs besides.
 * The fields are those of struct vm_note.
 */
#define CASE(name_, ...)						\
	CASE_NOTE(case_note, NOTE_CASE, .name = name_, ##__VA_ARGS__)
#define VARIANT(name_, ...)						\
	CASE_NOTE(CASE_SYMBOL(__LINE__), NOTE_VARIANT, .name = name_, .line = __LINE__, \
		  ##__VA_ARGS__)

/* The case: runs on vCPU 0 at CPL0 with interrupts off; returning ends it. */
void guest_main(void);

/*
 * call_on() - run @function on a vCPU, this one or another, at CPL0 with interrupts off.
 * @index: the vCPU, in creation order; it has to take interrupts
 *
 * The other vCPUs do nothing but take interrupts, and calls.  Returns when it
 * has returned there.  call_begin() and call_end() are its halves, for two vCPUs
 * that do something at a time.
 */
void call_on(u32 index, void (*function)(void *), void *argument);
void call_begin(u32 index, void (*function)(void *), void *argument);
void call_end(u32 index);

/* The arguments are counted here: a loop over the format would have each letter emulated. */
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
 * observef() - say what was seen, as "KEY = VALUE".
 * @format: "KEY = VALUE" with %s %c %d %u %x %lx %lu; at most ENTRY_ARGS
 *	arguments; strings must live until the case ends
 *
 * One vCPU at a time: vCPU 0, or one that it has called.
 */
#define observef(format, ...)	PUT_ENTRY(ENTRY_OBSERVATION, format, ##__VA_ARGS__)

static inline void observe(const char *key, const char *value)
{
	observef("%s = %s", key, value);
}

/* note() - a diagnostic line, shown with the next observation. */
#define note(format, ...)	PUT_ENTRY(ENTRY_NOTE, format, ##__VA_ARGS__)

extern struct mailbox mailbox;

/*
 * cpu_relax() - in a loop that waits for another vCPU.  On a host with fewer CPUs than
 * the VM has, that one may have to wait until this one's time slice is over: so now and
 * then the harness gives up the rest of it.  Inline, for a vCPU that hangs is found where
 * it waits.
 */
#define POLLS_A_TURN	8

static inline void cpu_relax(void)
{
	pause();
	if (mailbox.host && ++this_cpu()->polls % POLLS_A_TURN == 0)
		asm volatile("outl %0, %w1" :: "a"(RING_YIELD), "d"(DOORBELL_PORT) : "memory");
}

/* wait_in_host() - in such a loop, off the CPU: until another vCPU has ended a call, or some ms. */
static inline void wait_in_host(void)
{
	if (mailbox.host)
		asm volatile("outl %0, %w1" :: "a"(RING_WAIT), "d"(DOORBELL_PORT) : "memory");
	else
		pause();
}

void ring(enum ring why);

/* ring_about() - the same, for what was interrupted, which bare metal shows. */
void ring_about(enum ring why, const struct exception *e);

/*
 * host_call() - ask the harness for one of KVM's ioctls.
 * @arg: six arguments in, results out
 *
 * Returns what the ioctl returned, or -errno; -ENOSYS where no host answers.
 */
#define EPERM	1
#define EIO	5
#define ENXIO	6
#define E2BIG	7
#define EAGAIN	11
#define ENOMEM	12
#define EINVAL	22
#define ENOSYS	38

s64 host_call(enum service service, u64 arg[6]);

/* host_result() - what a host call returned: "accepted", or the errno; UNSEEN_GUEST without a host. */
const char *host_result(s64 ret);

/*
 * enable_cap() - KVM_ENABLE_CAP of this VM, or of the one that SERVICE_CREATE_VM has made
 * beside it: as host_result().
 * check_extension() - KVM_CHECK_EXTENSION.
 */
const char *enable_cap(u32 cap, u64 value);
const char *enable_cap_of_other(u32 cap, u64 value);
s64 check_extension(u32 cap);

/*
 * mp_state() - KVM_GET_MP_STATE of a vCPU: KVM_MP_STATE_..., or -errno.
 * get_lapic() - a register of KVM_GET_LAPIC, or -errno.
 */
s64 mp_state(u32 index);
s64 get_lapic(u32 index, u32 reg);

/*
 * vmm_exit() - the last exit of this vCPU that its VMM has seen since it was last asked,
 * where .vmm_exits is set; its count is 0 where no host is.
 * vmm_refuses() - forget it, and refuse what the guest asks for until vmm_exit().
 */
struct vmm_exit vmm_exit(void);
void vmm_refuses(void);

/*
 * take_memory() - from now on the host has to fetch this page: who touches it waits.
 * await_fault() - until somebody waits for it, and who does.
 * give_memory() - the host has fetched it, and its first quadword is @value.
 * @page: 4 KiB of the page under test
 */
void take_memory(volatile void *page);
enum awaited await_fault(volatile void *page);
void give_memory(volatile void *page, u64 value);

/* enter_again() - an exit and a VM entry, before which KVM does what it still has to do. */
void enter_again(void);

/*
 * What several tries did that should all go the same way: that, or "mixed"; "none" of no try.
 * outcome_add() returns whether @what is the first that differs, for a note.
 */
struct outcome {
	const char *what;		/* a constant string: compared by its address */
	bool mixed;
};
bool outcome_add(struct outcome *o, const char *what);
const char *outcome_name(const struct outcome *o);

/* An exception that KVM_SET_VCPU_EVENTS gives this vCPU. */
struct injection {
	u32 vector;
	bool has_error_code;
	u32 error_code;
	bool pending;			/* and not yet injected: KVM_CAP_EXCEPTION_PAYLOAD */
	bool has_payload;
	u64 payload;			/* CR2 of a #PF, the bits of DR6 of a #DB */
};

/*
 * injected() - what came: "error-code" on the stack, "no-error-code",
 * "wrong-error-code", "wrong-vector", "lost", "rejected" by the ioctl,
 * "fail-entry-7" for KVM_EXIT_FAIL_ENTRY of that reason, "fail-entry" for another;
 * or UNSEEN_GUEST, where no host is.
 * get_events - what KVM_GET_VCPU_EVENTS has said of vector and error code of all that
 * the ioctl has taken: "as-set" or "otherwise".
 */
const char *injected(const struct injection *i);
extern struct outcome get_events;

/* injected_in_real_mode() - the same of vCPU @index, which waits for a SIPI. */
const char *injected_in_real_mode(u32 index, const struct injection *i);

/*
 * given_event() - what KVM would give the CPU then: "error-code", "no-error-code",
 * "other-event", "rejected" by the ioctl, or UNSEEN_HOST with the reason.
 */
const char *given_event(const struct injection *i);

/* observe_injection() - "WHEREvector-N.with = ..." or "...without", as injected(). */
void observe_injection(const char *where, const struct injection *i);

/* One that has an error code by the architecture, and one that has none, with and without. */
#define NR_RIGHT_AND_WRONG	4
extern const struct injection right_and_wrong[NR_RIGHT_AND_WRONG];

/*
 * user_call() - run @function at CPL3 with IOPL 3, and interrupts as they are.  What is
 * caught there by inject() goes on at CPL0.  Returns with interrupts off.
 */
void user_call(void (*function)(void *), void *argument);

/*
 * memory_type() - the effective memory type of a page, by latency at CPL3.
 * @page: mapped memory that nobody else touches; its contents change
 *
 * Returns "wb" (loads and stores are cached), "wt" (loads only; WP looks the
 * same), "uc" (neither; WC looks the same), or UNSEEN_ENVIRONMENT or _NOISE with the reason.
 * The latencies behind it go out as notes.
 */
const char *memory_type(volatile void *page);

/*
 * given_type() - the same, as it follows from what KVM gives the CPU.
 *
 * Returns "wb", "wt", "wp", "wc" or "uc"; or UNSEEN_... with the reason.  The raw
 * values go out as a note.
 */
const char *given_type(volatile void *page);

/*
 * observe_type() - both: KEY.effective as measured and KEY.given as read.  @key has
 * to live until the case ends.
 * observe_page() - the same for the page under test, on the vCPU that call_on() calls.
 * observe_agreement() - "agree" if both were the same each time that both could be
 * seen; otherwise "disagree", with a note of the first that were not.
 */
void observe_type(const char *key, volatile void *page);
void observe_page(void *key);
void observe_agreement(void);

/* The MTRRs that KVM has, and the types that are legal there. */
#define MTRR_VARIABLE	8
#define MTRR_FIXED	11
#define MTRR_TYPES	5
extern const u32 mtrr_fixed[MTRR_FIXED];
extern const u8 mtrr_types[MTRR_TYPES];

/* mtrr_types_from() - a type in each byte, from the one that is number @first. */
u64 mtrr_types_from(u32 first);

/* addresses() - the bits of a physical address, without those of an offset in its page. */
u64 addresses(void);

/*
 * Writes to an MSR that should all go the same way.
 *
 * msr_begin() writes @start, which is legal and not zero, so that what is refused
 * and clears is seen; msr_try() writes @value, reads the MSR, and writes @start
 * again; msr_end() puts back what was there at first.
 *
 * A try's outcome is "readback" (the value was there), the exception that it raised
 * ("#GP") or the ioctl's refusal ("EINVAL") that left @start, "dropped" (neither),
 * "fault-but-changed", "refused-but-changed", or "differs" (RDMSR and KVM_GET_MSRS
 * do).
 */
struct msr_trial {
	bool by_ioctl;			/* by KVM_SET_MSRS, not WRMSR */
	u32 msr;
	u64 start, before;
};

void msr_begin(struct msr_trial *t, u32 msr, u64 start);
void msr_try(const struct msr_trial *t, struct outcome *o, u64 value);
void msr_end(const struct msr_trial *t);

/* The 2 MiB page under test, at PAGE_BASE. */
#define page_under_test	((volatile u8 *)PAGE_BASE)

/* page_directory_entry() - the one that maps @page, with 2 MiB. */
u64 *page_directory_entry(volatile void *page);

/* fresh_page() - 4 KiB of the page under test that nobody has touched; there are 511. */
volatile u8 *fresh_page(void);

/* map_page_under_test() - set its PTE_PWT and PTE_PCD to @bits. */
void map_page_under_test(u64 bits);

/*
 * start_by_sipi() - INIT, SIPI, SIPI to a vCPU, which enters the runtime through
 * real mode.
 * @index: in creation order
 * @id: its APIC ID; more than 8 bits only from x2APIC mode
 *
 * Returns whether it has come up, with CR0.CD as it has found it; then trampoline_cr0
 * is the CR0 that it found.
 */
bool start_by_sipi(u32 index, u32 id);
extern volatile u32 trampoline_cr0;

/*
 * sipi_receivers() - the same to whoever is @dest, or the shorthand in @icr means;
 * returns who has started, as receivers() does.  Those run nothing until they are
 * started by start_by_sipi().
 */
const char *sipi_receivers(u32 nr_cpus, u32 icr, u32 dest);

/*
 * send_init_sipi() - INIT, SIPI, SIPI: to @dest, or to whom the shorthand in @icr means;
 * those begin with what put_at_trampoline() has copied there.  APIC_DM_STARTUP in @icr
 * leaves the INIT away.
 */
void send_init_sipi(u32 icr, u32 dest);
void put_at_trampoline(const u8 *from, const u8 *end);

static inline const char *kept(bool same)
{
	return same ? "kept" : "lost";
}

#endif
