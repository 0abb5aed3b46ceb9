// SPDX-License-Identifier: GPL-2.0-only
#include "run/move.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "run/saved.h"
#include "text.h"

#define STEP			5
#define LONGEST_PAUSE_US	2000	/* between two kicks */
#define KICK_AGAIN_NS		2000000
#define STOP_MS			100	/* for all vCPUs to stop; one may wait for memory in the host */

struct mover {
	const struct move_plan *plan;
	pthread_mutex_t gate;
	pthread_cond_t parked;		/* a vCPU waits for the move to end */
	pthread_cond_t moved;
	atomic_bool wanted;		/* no vCPU may enter the guest */
	atomic_bool begun;		/* all vCPUs have been started */
	atomic_ulong exits;		/* or host calls: what the plan counts */
	struct state config;		/* what the VMM has configured since vm_create() */
};

char *move_parse(const char *words, struct move_plan *plan)
{
	static const struct {
		const char *name;
		enum move_when when;
		uint64_t number;
	} known[] = {
		{ "", MOVE_AT_CALLS, 0 }, { "kick", MOVE_AT_KICKS, 0 }, { "step", MOVE_AT_EXITS, STEP },
	};
	size_t n = strcspn(words, ":");
	char *end = NULL;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strncmp(words, known[i].name, n) || known[i].name[n])
			continue;
		*plan = (struct move_plan) { .when = known[i].when, .number = known[i].number };
		if (!words[n] && plan->when == MOVE_AT_KICKS &&
		    getrandom(&plan->number, sizeof(uint32_t), 0) < 0)
			return text("--move=%s: no random number: %s", words, strerror(errno));
		if (!words[n])
			return NULL;
		errno = 0;
		plan->number = strtoull(words + n + 1, &end, 10);
		if (n && words[n + 1] >= '0' && words[n + 1] <= '9' && !*end && !errno && plan->number)
			return NULL;
	}
	return text("--move=%s: expected --move, --move=kick[:SEED] or --move=step[:N]", words);
}

char *move_words(const struct move_plan *plan)
{
	return plan->when == MOVE_NEVER ? text("restored") : plan->when == MOVE_AT_CALLS ? text("calls") :
		text("%s:%lu", plan->when == MOVE_AT_KICKS ? "kick" : "step", plan->number);
}

/* The files of an old VM. */
struct old {
	size_t nr;
	int fds[];
};

/* Keep a second descriptor of the file @fd. */
static void keep_open(struct vm *vm, struct old *old, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy < 0)
		vm_finish(vm, END_SETUP, "dup: %s", strerror(errno));
	old->fds[old->nr++] = copy;
}

/* In a thread: KVM destroys a VM only after it has fetched the memory for all async page faults. */
static void *throw_away(void *argument)
{
	struct old *old = argument;

	for (size_t i = 0; i < old->nr; i++)
		close(old->fds[i]);
	free(old);
	return NULL;
}

/* Return whether KVM waits for SRCU in @request: see vm_equip(). */
static bool is_slow(unsigned long request)
{
	return request == KVM_X86_SET_MSR_FILTER || request == KVM_SET_USER_MEMORY_REGION;
}

/* Configure the new VM as the old one: by slow requests, or by the others. */
static void configure(struct vm *vm, int fd, bool slow)
{
	const struct state *config = &vm->mover->config;

	for (size_t i = 0; i < config->nr; i++) {
		if (is_slow(config->calls[i].request) == slow)
			state_set(vm, fd, "the VM", &(struct state) { &config->calls[i], 1 });
	}
}

static void describe(struct vm *vm, const struct state *of_vcpu, const struct state *of_vm)
{
	const struct state *all[] = { &vm->mover->config, of_vcpu, of_vm };
	struct report *r = vm->report;

	*r->set = '\0';
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		state_describe(all[i], r->set, sizeof(r->set));
}

/* The new VM takes the place of the old one, file by file. */
static void exchange(struct vm *vm)
{
	uint32_t nr = vm->nr_vcpus;
	struct old *old = xrealloc(NULL, sizeof(*old) + (nr + 1) * sizeof(old->fds[0]));
	struct state of_vm = state_of_vm(vm), *of_vcpus = xrealloc(NULL, nr * sizeof(*of_vcpus));
	pthread_t thread;
	char who[32];
	int fd;

	old->nr = 0;
	for (uint32_t i = 0; i < nr; i++) {
		of_vcpus[i] = state_of_vcpu(&vm->vcpus[i]);
		keep_open(vm, old, vm->vcpus[i].fd);
	}
	keep_open(vm, old, vm->fd);
	fd = vm_create_with_memory(vm);
	configure(vm, fd, true);
	vm_equip(vm, fd);
	configure(vm, fd, false);
	describe(vm, &of_vcpus[0], &of_vm);
	for (uint32_t i = 0; i < nr; i++)
		vcpu_create_in(&vm->vcpus[i], fd);
	for (uint32_t i = 0; i < nr; i++) {
		snprintf(who, sizeof(who), "vCPU %u", i);
		state_set(vm, vm->vcpus[i].fd, who, &of_vcpus[i]);
		state_free(&of_vcpus[i]);
	}
	state_set(vm, fd, "the VM", &of_vm);
	if (dup3(fd, vm->fd, O_CLOEXEC) < 0 || close(fd) ||
	    pthread_create(&thread, NULL, throw_away, old) || pthread_detach(thread))
		vm_finish(vm, END_SETUP, "the new VM cannot take the place of the old one: %s",
			  strerror(errno));
	state_free(&of_vm);
	free(of_vcpus);
	vm->report->moves++;
	vm_trace(vm, "moved");
}

static _Noreturn void save(struct vm *vm)
{
	saved_write(vm, vm->mover->plan->directory);
	vm_finish(vm, END_SAVED, "saved after host call %lu", vm->mover->plan->number);
}

/* Kick each vCPU that is not at the gate; return whether there is none but @self. */
static bool all_parked(struct vm *vm, const struct vcpu *self)
{
	bool all = true;

	for (uint32_t i = 0; i < vm->nr_vcpus; i++) {
		struct vcpu *v = &vm->vcpus[i];

		if (v == self || v->parked)
			continue;
		if (v->started)
			vcpu_kick(v);
		all = false;
	}
	if (!all)
		vcpu_wake_others(vm);
	return all;
}

/* Move the VM, by the thread of @self, or for NULL by another.  Not if a vCPU does not stop. */
static void move(struct vm *vm, struct vcpu *self)
{
	struct mover *m = vm->mover;
	unsigned long until = now_ms() + STOP_MS;
	bool all;

	if (self)
		vcpu_complete_exit(self);
	pthread_mutex_lock(&m->gate);
	/* Another thread moves it: the caller will wait for that. */
	if (m->wanted) {
		pthread_mutex_unlock(&m->gate);
		return;
	}
	m->wanted = true;
	while (!(all = all_parked(vm, self)) && now_ms() < until && !vm->expired) {
		struct timespec again = from_now(KICK_AGAIN_NS);

		pthread_cond_timedwait(&m->parked, &m->gate, &again);
	}
	if (all && m->plan->when == MOVE_TO_FILE)
		save(vm);
	else if (all)
		exchange(vm);
	m->wanted = false;
	pthread_cond_broadcast(&m->moved);
	pthread_mutex_unlock(&m->gate);
}

void move_wait(struct vcpu *v)
{
	struct mover *m = v->vm->mover;

	if (!m || !m->wanted)
		return;
	vcpu_complete_exit(v);
	pthread_mutex_lock(&m->gate);
	v->parked = true;
	pthread_cond_signal(&m->parked);
	while (m->wanted)
		pthread_cond_wait(&m->moved, &m->gate);
	v->parked = false;
	pthread_mutex_unlock(&m->gate);
}

bool move_is_wanted(const struct vm *vm)
{
	return vm->mover && vm->mover->wanted;
}

void move_after_exit(struct vcpu *v, bool called)
{
	struct mover *m = v->vm->mover;

	if (!m || !m->begun)
		return;
	if (m->plan->when == MOVE_AT_CALLS ? called :
	    m->plan->when == MOVE_AT_EXITS ? ++m->exits % m->plan->number == 0 :
	    m->plan->when == MOVE_TO_FILE && called && ++m->exits >= m->plan->number &&
	    !v->vm->stays)
		move(v->vm, v);
}

/* Move the VM at random times, until it ends. */
static void *kick(void *argument)
{
	struct vm *vm = argument;
	uint64_t seed = vm->mover->plan->number;

	for (const char *p = vm->note->name; *p; p++)
		seed = seed * 31 + *p;
	for (;;) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		usleep((seed >> 33) % LONGEST_PAUSE_US);
		move(vm, NULL);
	}
	return NULL;
}

void move_prepare(struct vm *vm, const struct move_plan *plan)
{
	if (plan->when == MOVE_NEVER && !plan->restore)
		return;
	vm->mover = xrealloc(NULL, sizeof(*vm->mover));
	*vm->mover = (struct mover) {
		.plan = plan, .gate = PTHREAD_MUTEX_INITIALIZER, .parked = PTHREAD_COND_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER,
	};
}

void move_begin(struct vm *vm)
{
	pthread_t thread;

	if (!vm->mover)
		return;
	vm->mover->begun = true;
	if (vm->mover->plan->when == MOVE_AT_KICKS && pthread_create(&thread, NULL, kick, vm))
		vm_finish(vm, END_SETUP, "pthread_create of the thread that moves the VM");
}

const struct state *move_config(const struct vm *vm)
{
	return &vm->mover->config;
}

/* Return whether @c only takes back what an earlier call has set. */
static bool takes_back(const struct call *c)
{
	const struct kvm_userspace_memory_region *region = c->structure;
	const struct kvm_ioeventfd *io = c->structure;

	return (c->request == KVM_SET_USER_MEMORY_REGION && !region->memory_size) ||
	       (c->request == KVM_IOEVENTFD && io->flags & KVM_IOEVENTFD_FLAG_DEASSIGN);
}

void move_configured(struct vm *vm, const struct call *c, size_t key)
{
	struct state *config;

	if (!vm->mover)
		return;
	config = &vm->mover->config;
	pthread_mutex_lock(&vm->mover->gate);
	for (size_t i = 0; i < config->nr; i++) {
		const struct call *old = &config->calls[i];

		if (old->request == c->request && !memcmp(old->structure, c->structure, key))
			state_remove(config, i--);
	}
	if (!takes_back(c))
		state_add(config, c->name, c->request, c->structure, c->size, c->value);
	pthread_mutex_unlock(&vm->mover->gate);
}
