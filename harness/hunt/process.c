// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm H: a process of the host executes the programs, at CPL3.  Its signal handler is the guest's
 * handler: it takes down the state in which a program ended, and returns to the next program.
 */
#include "hunt/arm.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "hunt/plan.h"
#include "text.h"

#define LIMIT_MS	1000	/* for the rest of a batch */
#define VECTOR_PF	14
#define RFLAGS_FIXED	0x202	/* IF and bit 1 */
#define RFLAGS_AC	(1 << 18)	/* Linux does not clear it for the handler */
#define XSTATE_BV	64	/* in an XSAVE area */

/* Shared with the child. */
static struct shared {
	volatile uint64_t current, nr;
	uint8_t pattern[WINDOW_SIZE];
	struct program programs[MAX_PROGRAMS];
	struct state states[MAX_PROGRAMS];
} *shared;

static const int gregs[NR_GPRS] = {
	REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI, REG_R8, REG_R9,
	REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

static uint64_t address_of(uint64_t program)
{
	return CODE_VA + program * SLOT_SIZE + SLOT_BEGIN;
}

/* memcpy(3), but without the library: its functions need registers that a program may have changed. */
static void copy(void *to, const void *from, size_t n)
{
	asm volatile("cld; rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
}

static void clear(void *to, size_t n)
{
	asm volatile("cld; rep stosb" : "+D"(to), "+c"(n) : "a"(0) : "memory");
}

static void take_down(struct state *s, const ucontext_t *uc)
{
	const greg_t *g = uc->uc_mcontext.gregs;

	for (unsigned int i = 0; i < NR_GPRS; i++)
		s->gpr[i] = g[gregs[i]];
	s->rip = g[REG_RIP] - address_of(shared->current);
	s->rflags = g[REG_EFL];
	s->cs = g[REG_CSGSFS] & 0xffff;
	s->ss = (uint64_t)g[REG_CSGSFS] >> 48;
	s->vector = g[REG_TRAPNO];
	s->error = g[REG_ERR];
	s->cr2 = s->vector == VECTOR_PF ? g[REG_CR2] : 0;
	copy(s->xmm, uc->uc_mcontext.fpregs->_xmm, sizeof(s->xmm));
	copy(s->memory, (void *)WINDOW, WINDOW_SIZE);
}

static void prepare(const struct program *p, ucontext_t *uc)
{
	greg_t *g = uc->uc_mcontext.gregs;

	for (unsigned int i = 0; i < NR_GPRS; i++)
		g[gregs[i]] = p->gpr[i];
	g[REG_RIP] = address_of(shared->current);
	g[REG_EFL] = p->rflags;
	uc->uc_mcontext.fpregs->cwd = FCW_INIT;
	uc->uc_mcontext.fpregs->mxcsr = MXCSR_INIT;
	uc->uc_mcontext.fpregs->swd = 0;
	uc->uc_mcontext.fpregs->ftw = 0;
	((uint64_t *)uc->uc_mcontext.fpregs)[XSTATE_BV] |= 3;	/* x87 and SSE are not in their initial state */
	clear(uc->uc_mcontext.fpregs->_st, sizeof(uc->uc_mcontext.fpregs->_st));
	clear(uc->uc_mcontext.fpregs->_xmm, sizeof(uc->uc_mcontext.fpregs->_xmm));
	copy(uc->uc_mcontext.fpregs->_xmm, shared->pattern, sizeof(((struct state *)0)->xmm));
	copy((void *)WINDOW, shared->pattern, WINDOW_SIZE);
}

static void handle(int sig, siginfo_t *info, void *context)
{
	static bool begun;

	(void)sig;
	(void)info;
	/* rt_sigreturn(2) takes NT and ID from here. */
	asm volatile("push %0; popfq" : : "i"(RFLAGS_FIXED) : "memory", "cc");
	if (begun) {
		take_down(&shared->states[shared->current], context);
		shared->current++;
	}
	begun = true;
	while (shared->current < shared->nr &&
	       shared->states[shared->current].vector == ENDED_REFUSED)
		shared->current++;
	if (shared->current == shared->nr)
		syscall(SYS_exit, 0);
	prepare(&shared->programs[shared->current], context);
}

static void *map_at(uint64_t address, size_t size, int prot)
{
	void *p = mmap((void *)address, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
		       -1, 0);

	return p == (void *)address ? p : NULL;
}

/* In the child.  seccomp(2) lets a program only read, write, exit, and return from a signal. */
static _Noreturn void execute(void)
{
	static uint8_t stack[1 << 16];
	static const int signals[] = { SIGTRAP, SIGSEGV, SIGBUS, SIGILL, SIGFPE };
	struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	const struct itimerval limit = { .it_value = { 0, LIMIT_MS * 1000 - 1 } };
	uint8_t *code = map_at(CODE_VA, MAX_PROGRAMS * SLOT_SIZE, PROT_READ | PROT_WRITE);

	if (!code || !map_at(WINDOW_PAGE, 0x1000, PROT_READ | PROT_WRITE))
		_exit(1);
	memset(code, 0x90, MAX_PROGRAMS * SLOT_SIZE);
	for (uint64_t i = 0; i < shared->nr; i++)
		memcpy((void *)address_of(i), shared->programs[i].bytes, sizeof(shared->programs[i].bytes));
	mprotect(code, MAX_PROGRAMS * SLOT_SIZE, PROT_READ | PROT_EXEC);
	sigfillset(&action.sa_mask);
	sigaltstack(&alternative, NULL);
	for (unsigned int i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGALRM, SIG_DFL);
	setitimer(ITIMER_REAL, &limit, NULL);
	asm volatile("mov %0, %%ds; mov %0, %%es" : : "r"(DATA_3));
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	asm volatile("ud2");
	__builtin_unreachable();
}

char *process_run(const struct program *programs, size_t nr, const uint8_t pattern[WINDOW_SIZE],
		  struct state *states)
{
	if (!shared)
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			      -1, 0);
	if (shared == MAP_FAILED)
		return text("mmap: %s", strerror(errno));
	memcpy(shared->programs, programs, nr * sizeof(*programs));
	memset(shared->states, 0, nr * sizeof(*states));
	memcpy(shared->pattern, pattern, WINDOW_SIZE);
	shared->nr = nr;
	shared->current = 0;
	for (size_t i = 0; i < nr; i++) {
		struct instruction instruction = instruction_of(&programs[i]);

		if (programs[i].cs != CODE_3 || programs[i].rflags & RFLAGS_AC ||
		    !instruction_is_for_process(&instruction))
			shared->states[i].vector = ENDED_REFUSED;
	}
	while (shared->current < nr) {
		pid_t child = fork();
		int status;

		if (child < 0)
			return text("fork: %s", strerror(errno));
		if (!child)
			execute();
		while (waitpid(child, &status, 0) != child)
			;		/* interrupted by machine.c's timer */
		if (WIFEXITED(status) && WEXITSTATUS(status))
			return text("a process cannot have the guest's addresses");
		/* It has done a system call, say: the programs behind it go on in a new process. */
		if (shared->current < nr)
			shared->states[shared->current++].vector =
				WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? ENDED_HANG : ENDED_REFUSED;
	}
	memcpy(states, shared->states, nr * sizeof(*states));
	return NULL;
}
