// SPDX-License-Identifier: GPL-2.0-only
#include "run/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "record/facts.h"
#include "run/saved.h"
#include "run/vcpu.h"
#include "run/vm.h"
#include "text.h"

#define HURRIED_MS	625
#define HURRIED_EMULATED_MS	125	/* an emulated CPU is slower by less than slower() */
#define MOVING		10	/* the factor by which time limits grow if VMs move */
#define GRACE_MS	500	/* for KVM_RUN to obey a signal */
#define SETUP_MS	3000	/* to create a VM on a busy machine */
#define TICK_MS		50	/* a wait counts for at most this, even if a busy machine stalls */
#define REAP_MS		3000	/* for all workers to exit, at the end */

static struct report no_memory;
static volatile sig_atomic_t interrupted;

struct worker {
	pid_t pid;
	int done;			/* gets a byte when the report is complete, or is -1 */
	unsigned int limit_ms;
	unsigned int waited_ms;		/* for this worker, at most TICK_MS per wait */
	unsigned long start_ms;
	struct report *report;
};

static void wait_ticks(unsigned int ms)
{
	for (unsigned int waited = 0; waited < ms; waited += TICK_MS) {
		struct timespec tick = { .tv_nsec = TICK_MS * 1000000 };

		while (nanosleep(&tick, &tick) && errno == EINTR)
			;
	}
}

/* The worker process: its vCPU threads end it, or else this thread after the time limit. */
static _Noreturn void work(struct vm *vm)
{
	vm_create(vm);
	if (vm->restore)
		saved_restore(vm, vm->restore);
	for (uint32_t i = vm->nr_vcpus; i-- > 0; )
		vcpu_start(&vm->vcpus[i]);
	move_begin(vm);
	wait_ticks(vm->limit_ms);
	vm->expired = true;
	vcpu_kick(&vm->vcpus[0]);
	wait_ticks(GRACE_MS);
	vm_finish(vm, END_STUCK, "time limit of %u ms, and KVM_RUN does not return for a signal",
		  vm->limit_ms);
}

static void say(struct report *r, enum end end, const char *why, int error)
{
	r->end = end;
	snprintf(r->why, sizeof(r->why), "%s: %s", why, strerror(error));
}

static pid_t *workers;			/* not yet reaped */
static unsigned int nr_workers;

/* Reap only workers: the program that exec()ed this one may have left other children. */
static void reap(void)
{
	for (unsigned int i = nr_workers; i-- > 0; ) {
		if (waitpid(workers[i], NULL, WNOHANG) != 0)
			workers[i] = workers[--nr_workers];
	}
}

static void start(struct worker *w, struct vm *vm)
{
	pid_t parent = getpid();
	int done[2];

	if (pipe(done)) {
		say(w->report, END_SETUP, "pipe", errno);
		return;
	}
	w->start_ms = vm->start_ms = now_ms();
	w->pid = fork();
	if (w->pid == 0) {
		close(done[0]);
		vm->done = done[1];
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* A terminal signals the whole process group; only the parent handles that. */
		signal(SIGINT, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		if (getppid() != parent)
			_exit(99);
		work(vm);
	}
	close(done[1]);
	if (w->pid < 0) {
		say(w->report, END_SETUP, "fork", errno);
		close(done[0]);
		return;
	}
	w->done = done[0];
	APPEND(workers, nr_workers, w->pid);
}

/* Return the factor by which time limits grow on an emulated CPU. */
static unsigned int slower(const struct host *host)
{
	if (!hypervisor_emulates(&host->facts))
		return 1;
	return facts_is(&host->facts, "hypervisor", "tcg") ? 10 : 30;
}

/* Return the time limit of @v in ms.  @hurried: twice what the longest variant of all takes. */
static unsigned int limit_of(const struct host *host, const struct vm_note *v, bool moves, bool hurried)
{
	unsigned int factor = slower(host) * (moves ? MOVING : 1), limit = v->time_limit_ms * factor;
	unsigned int short_limit = slower(host) > 1 ? HURRIED_EMULATED_MS * factor : HURRIED_MS * factor;

	return hurried && short_limit < limit ? short_limit : limit;
}

struct worker *worker_start(const struct host *host, const struct case_file *c,
			    const struct vm_note *variant, const struct run_options *options,
			    bool hurried)
{
	struct worker *w = xrealloc(NULL, sizeof(*w));
	struct vm vm = {
		.host = host, .c = c, .note = variant, .trace = options->trace,
		.inspect = options->inspect,
		.limit_ms = limit_of(host, variant, options->move.when != MOVE_NEVER, hurried),
	};

	*w = (struct worker) { .done = -1, .limit_ms = vm.limit_ms };
	w->report = mmap(NULL, sizeof(*w->report), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w->report == MAP_FAILED) {
		w->report = &no_memory;
		say(w->report, END_SETUP, "mmap", errno);
		return w;
	}
	vm.report = w->report;
	vm.restore = options->move.restore;
	move_prepare(&vm, &options->move);
	reap();
	start(w, &vm);
	return w;
}

/* Return twice the limits, because the worker counts its own ticks, and each tick may be late. */
static unsigned int patience_ms(const struct worker *w)
{
	return SETUP_MS + 2 * (w->limit_ms + GRACE_MS);
}

/* Poll @nr workers until one is done or the first is late; return what poll() returned. */
static int poll_until_late(struct pollfd *done, struct worker *const *list, size_t nr)
{
	int n;

	do {
		unsigned long before = now_ms(), passed;

		n = poll(done, nr, interrupted ? 0 : TICK_MS);
		passed = now_ms() - before;
		for (size_t i = 0; i < nr; i++)
			list[i]->waited_ms += passed < TICK_MS ? passed : TICK_MS;
	} while ((n == 0 || (n < 0 && errno == EINTR)) && !interrupted &&
		 list[0]->waited_ms < patience_ms(list[0]));
	return n;
}

size_t worker_wait_for_any(struct worker *const *list, size_t nr)
{
	struct pollfd done[nr];

	for (size_t i = 0; i < nr; i++) {
		if (list[i]->done < 0)
			return i;
		done[i] = (struct pollfd) { .fd = list[i]->done, .events = POLLIN };
	}
	poll_until_late(done, list, nr);
	for (size_t i = 0; i < nr; i++) {
		if (done[i].revents)
			return i;
	}
	return 0;
}

/* Wait for the report; if the worker is dead or late, say so in the report. */
static void wait_for_report(struct worker *w)
{
	struct pollfd done = { .fd = w->done, .events = POLLIN };
	int n = poll_until_late(&done, &w, 1);
	char byte;

	if (n > 0 && read(w->done, &byte, 1) == 1)
		return;
	/* Don't kill a worker that has closed its pipe: its pid may have been reused. */
	if (n <= 0)
		kill(w->pid, SIGKILL);
	/* The worker reports everything that KVM can do to the guest, so this is not KVM's fault. */
	w->report->end = END_NONE;
	w->report->ms = now_ms() - w->start_ms;
	snprintf(w->report->why, sizeof(w->report->why),
		 n > 0 ? "its worker process died without a report" :
		 "its worker process did not answer for %u ms", patience_ms(w));
}

struct report *worker_wait(struct worker *w)
{
	struct report *report = w->report;

	if (w->done >= 0) {
		wait_for_report(w);
		close(w->done);
	}
	free(w);
	return report;
}

void report_free(struct report *report)
{
	if (report != &no_memory)
		munmap(report, sizeof(*report));
}

unsigned int worker_reap_all(void)
{
	const struct timespec patience = { REAP_MS / 1000, 0 };
	sigset_t child, old;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &old);
	for (reap(); nr_workers; reap()) {
		if (sigtimedwait(&child, NULL, &patience) < 0 && errno == EAGAIN)
			break;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	reap();
	return nr_workers;
}

void worker_signals(void)
{
	sigset_t ours;

	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&ours);
	sigaddset(&ours, SIGCHLD);
	sigaddset(&ours, KICK_SIGNAL);
	sigprocmask(SIG_UNBLOCK, &ours, NULL);
}

static void interrupt(int signal)
{
	(void)signal;
	interrupted = true;
}

static void handle(int signal, int flags)
{
	const struct sigaction new = { .sa_handler = interrupt, .sa_flags = flags };
	struct sigaction old;

	if (!sigaction(signal, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(signal, &new, NULL);
}

void worker_interruptible(void)
{
	handle(SIGINT, SA_RESETHAND);	/* a second one kills */
	handle(SIGTERM, SA_RESETHAND);
	handle(SIGHUP, 0);		/* a shell and the kernel both send it */
}

bool worker_is_interrupted(void)
{
	return interrupted;
}
