/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arms of the hunt: who executes a program.
 */
#ifndef HUNT_ARM_H
#define HUNT_ARM_H

#include <stdbool.h>

#include "hunt/layout.h"

enum arm {
	NATIVE,		/* N: the CPU, in the guest */
	PREFIX,		/* F: KVM's emulator, by kvm.force_emulation_prefix */
	MMIO,		/* M: KVM's emulator, because the window is MMIO */
	PROCESS,	/* H: the CPU, in a process of the host: CPL3 only */
	NR_ARMS
};

extern const char arm_letters[NR_ARMS + 1];

struct kvm_cpuid2;

/*
 * machine_open() - make the VM by @kvm, an open /dev/kvm, with @cpuid.  Return NULL, or an error that
 * the caller frees.
 * machine_close() - destroy it, also after an error.
 */
char *machine_open(int kvm, const struct kvm_cpuid2 *cpuid);
void machine_close(void);

/* machine_has() - whether this host's KVM has the arm; else set *@why. */
bool machine_has(enum arm arm, const char **why);

/*
 * machine_run() - run @nr <= MAX_PROGRAMS @programs one after the other, each with @pattern in its
 * window.  Fill @states.  Return NULL, or an error that the caller frees.
 */
char *machine_run(enum arm arm, const struct program *programs, size_t nr,
		  const uint8_t pattern[WINDOW_SIZE], struct state *states);

/* process_run() - the same for arm H. */
char *process_run(const struct program *programs, size_t nr, const uint8_t pattern[WINDOW_SIZE],
		  struct state *states);

#endif
