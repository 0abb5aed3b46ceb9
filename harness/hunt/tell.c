// SPDX-License-Identifier: GPL-2.0-only
#include "hunt/tell.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hunt/known.h"
#include "hunt/record.h"
#include "text.h"

#define MAX_CAUSES	8	/* that explain one difference */
#define MAX_NEW		200	/* printed in full */

struct teller {
	struct cause *causes;
	struct facts facts;
	struct hunt_plan plan;
	const char *command;
	uint64_t new, running, last;
	bool is_running;
};

static const char *const arm_words[NR_ARMS] = {
	[NATIVE] = "the CPU, in the guest", [PREFIX] = "KVM's emulator, by its prefix",
	[MMIO] = "KVM's emulator, by MMIO", [PROCESS] = "the CPU, in a process",
};

static const char *fact(const struct teller *t, const char *key)
{
	const char *value = facts_get(&t->facts, key);

	return value ? value : "unknown";
}

static void tell_begun(const struct hunt_header *h, void *data)
{
	struct teller *t = data;

	for (size_t i = 0; i < h->facts.nr; i++)
		facts_set(&t->facts, h->facts.list[i].key, h->facts.list[i].value);
	t->plan = h->plan;
	printf("kvm_%s of %s, %s; hypervisor %s; seed %lu, from program %lu of %lu\n", fact(t, "vendor"),
	       fact(t, "kernel"), fact(t, "cpu"), fact(t, "hypervisor"), h->plan.space.seed, h->plan.from,
	       plan_size(&h->plan.space));
	for (enum arm arm = NATIVE; arm < NR_ARMS; arm++)
		printf("arm %c, %s: %s\n", arm_letters[arm], arm_words[arm],
		       h->plan.arms[arm] ? "yes" : "no");
	if (h->lacks)
		printf("%s\n", h->lacks);
}

/* Start objdump(1) on @path; return what it prints, or NULL. */
static FILE *disassemble(const char *path, pid_t *pid)
{
	char *const arguments[] = {
		"objdump", "-D", "-b", "binary", "-m", "i386:x86-64", "--no-show-raw-insn", (char *)path, NULL,
	};
	posix_spawn_file_actions_t actions;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC))
		return NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(pid, arguments[0], &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (!error)
		return fdopen(ends[0], "r");
	close(ends[0]);
	return NULL;
}

/* Print the first instruction of @p, if this host has objdump(1). */
static void tell_assembly(const struct program *p)
{
	char path[] = "/tmp/kvm-errata-hunt.XXXXXX", line[200];
	int fd = mkstemp(path);
	FILE *f = NULL;
	pid_t pid;

	if (fd >= 0 && write(fd, p->bytes, sizeof(p->bytes)) == sizeof(p->bytes))
		f = disassemble(path, &pid);
	while (f && fgets(line, sizeof(line), f)) {
		const char *first = strstr(line, "   0:\t");

		if (first)
			printf("  %s", first + strlen("   0:\t"));
	}
	if (f) {
		fclose(f);
		waitpid(pid, NULL, 0);
	}
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
}

static void tell_number(const char *name, uint64_t before, uint64_t native, uint64_t other)
{
	printf("    %-8s  0x%-18lx 0x%-18lx 0x%lx\n", name, before, native, other);
}

static uint64_t quadword(const uint8_t *memory, unsigned int at)
{
	uint64_t value;

	memcpy(&value, memory + at, sizeof(value));
	return value;
}

static void tell_states(const struct difference *d)
{
	const struct program *p = &d->program;
	const struct state *n = &d->native, *o = &d->other;

	printf("    %-8s  %-20s %-20s arm %c\n", "", "before", "arm N", arm_letters[d->arm]);
	printf("    %-8s  %-20s %-20s %s\n", "end", "", vector_words(n->vector), vector_words(o->vector));
	tell_number("error", 0, n->error, o->error);
	tell_number("rip", 0, n->rip, o->rip);
	tell_number("rflags", p->rflags, n->rflags, o->rflags);
	if (n->cr2 != o->cr2)
		tell_number("cr2", 0, n->cr2, o->cr2);
	if (n->dr6 != o->dr6)
		tell_number("dr6", 0, n->dr6, o->dr6);
	for (unsigned int i = 0; i < NR_GPRS; i++) {
		if (p->gpr[i] || n->gpr[i] != o->gpr[i])
			tell_number(compare_name(DIFFERS_GPR + i), p->gpr[i], n->gpr[i], o->gpr[i]);
	}
	for (unsigned int i = 0; i < WINDOW_SIZE; i += 8) {
		char *name = text("memory+%u", i);

		if (quadword(n->memory, i) != quadword(o->memory, i))
			tell_number(name, quadword(d->pattern, i), quadword(n->memory, i), quadword(o->memory, i));
		free(name);
	}
}

static void tell_new(const struct teller *t, const struct difference *d)
{
	char *words = compare_words(d->differs);

	printf("\nNEW: arm %c differs from the CPU in %s, at CPL%d:", arm_letters[d->arm], words,
	       d->program.cs == CODE_3 ? 3 : 0);
	for (unsigned int i = 0; i < d->program.length; i++)
		printf(" %02x", d->program.bytes[i]);
	putchar('\n');
	tell_assembly(&d->program);
	tell_states(d);
	printf("  memory is at 0x%x; again: %s hunt --seed %lu --at %lu", WINDOW, t->command,
	       t->plan.space.seed, d->index);
	if (t->plan.space.map >= 0)
		printf(" --map %d", t->plan.space.map);
	putchar('\n');
	free(words);
}

static void tell_found(const struct difference *d, void *data)
{
	struct cause *explained[MAX_CAUSES];
	struct teller *t = data;
	size_t nr = known_explain(t->causes, d, &t->facts, explained, MAX_CAUSES);

	for (size_t i = 0; i < nr; i++)
		explained[i]->seen++;
	if (!nr && t->new++ < MAX_NEW)
		tell_new(t, d);
}

static void tell_running(uint64_t index, uint64_t last, void *data)
{
	struct teller *t = data;

	t->running = index;
	t->last = last;
	t->is_running = true;
}

static void tell_ended(const struct hunt_counts *c, void *data)
{
	struct teller *t = data;

	printf("\n%lu programs, %lu pairs in %.1f s (%.0f a second); KVM does not emulate %lu by prefix, %lu by MMIO\n",
	       c->programs, c->pairs, c->seconds, c->pairs / (c->seconds > 0 ? c->seconds : 1),
	       c->not_emulated[PREFIX], c->not_emulated[MMIO]);
	for (const struct cause *k = t->causes; k; k = k->next) {
		if (k->seen)
			printf("%4lu  %s: %s\n      by %s (%s)\n", k->seen, k->name, k->sentence, k->by, k->manual);
	}
	printf("%lu differences, %lu kinds, %lu of them new; next program: %lu\n", c->raw, c->differences, t->new,
	       c->next);
}

char *hunt_tell(FILE *f, struct cause *causes, const char *command, bool *is_new)
{
	struct teller t = { .causes = causes, .command = command };
	struct hunt_listener listener = { tell_begun, tell_running, tell_found, tell_ended, &t };
	char *error = hunt_read(f, &listener);

	if (error && t.is_running) {
		char *where = text("%s; programs %lu to %lu were running", error, t.running, t.last);

		free(error);
		error = where;
	}
	*is_new = t.new;
	facts_free(&t.facts);
	return error;
}
