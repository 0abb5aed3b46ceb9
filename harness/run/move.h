/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moves: the VM is saved, thrown away, and made again in a new VM, while its guest runs.
 *
 * The new VM has the same process, memory and threads.  Its files take the place of the old
 * ones, under the same descriptors and the same address of struct kvm_run.
 */
#ifndef RUN_MOVE_H
#define RUN_MOVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call;
struct state;
struct vcpu;
struct vm;

/* When to move each VM. */
struct move_plan {
	enum move_when {
		MOVE_NEVER,
		MOVE_TO_FILE,		/* once, after the @number-th host call; then the variant ends */
		MOVE_AT_CALLS,		/* after each host call */
		MOVE_AT_KICKS,		/* at random times, from seed @number */
		MOVE_AT_EXITS,		/* after each @number-th exit */
	} when;
	uint64_t number;
	const char *directory;		/* of MOVE_TO_FILE */
	const char *restore;		/* directory to begin from; NULL */
};

/*
 * move_parse() - parse "", "kick", "kick:SEED", "step" or "step:N".  Return NULL, or an error that
 * the caller frees.
 */
char *move_parse(const char *words, struct move_plan *plan);

/* move_words() - return "calls", "kick:SEED" or "step:N"; the caller frees it. */
char *move_words(const struct move_plan *plan);

/* move_prepare() - before vm_create(): the VM may have to move. */
void move_prepare(struct vm *vm, const struct move_plan *plan);

/* move_begin() - from now on, the VM may move: all its vCPUs have been started. */
void move_begin(struct vm *vm);

/*
 * move_configured() - the VMM has configured the VM by @c, which each new VM has to get again, unless a
 * later call has the same @key first bytes, or deletes a memory slot.
 */
void move_configured(struct vm *vm, const struct call *c, size_t key);

/* move_config() - return all that move_configured() was told. */
const struct state *move_config(const struct vm *vm);

/*
 * move_after_exit() - @v has handled an exit, a host call if @called: move the VM if the plan says
 * so.  Only for the vCPU's own thread.
 */
void move_after_exit(struct vcpu *v, bool called);

/*
 * move_wait() - if the VM is being moved, wait until it runs again.  move_is_wanted() - whether
 * a vCPU has to call move_wait() before it enters the guest.
 */
void move_wait(struct vcpu *v);
bool move_is_wanted(const struct vm *vm);

#endif
