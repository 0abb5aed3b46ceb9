// SPDX-License-Identifier: GPL-2.0-only
/*
 * The effective memory type of a page, from how long its loads and stores take.
 *
 * A load from a cached line takes some ten cycles.  After CLFLUSH, a load goes
 * to memory, takes hundreds of cycles, and fills the line again.  If the page
 * is uncached, every load goes to memory.  A store followed by MFENCE stays in
 * a write-back line, but a write-through line sends it to memory.
 *
 * The fastest sample decides: whatever else the machine does, an access that
 * can hit the cache is fast at least once, and any other access never is.
 */
#include "memory_type.h"

#include "case.h"

#define SAMPLES		64
#define ATTEMPTS	8

struct latency {
	u32 min, median;
};

enum access { LOAD, STORE, NR_ACCESSES };

struct measurement {
	volatile u32 *line;
	struct latency warm[NR_ACCESSES], flushed[NR_ACCESSES];
};

static inline u32 cycles(volatile u32 *line, enum access access)
{
	u64 start = rdtsc();

	if (access == LOAD)
		asm volatile("mov (%0), %%ecx" :: "r"(line) : "ecx", "memory");
	else
		asm volatile("movl $1, (%0); mfence" :: "r"(line) : "memory");
	return rdtsc() - start;
}

static struct latency summarize(u32 samples[SAMPLES])
{
	for (int i = 1; i < SAMPLES; i++) {
		u32 s = samples[i];
		int j;

		for (j = i; j > 0 && samples[j - 1] > s; j--)
			samples[j] = samples[j - 1];
		samples[j] = s;
	}
	return (struct latency) { samples[0], samples[SAMPLES / 2] };
}

/* Runs at CPL3. */
static void measure(void *argument)
{
	struct measurement *m = argument;
	u32 warm[SAMPLES], flushed[SAMPLES];

	for (enum access a = LOAD; a < NR_ACCESSES; a++) {
		/* Lines filled before the page became uncached may still hit. */
		clflush(m->line);
		cycles(m->line, a);
		for (int i = 0; i < SAMPLES; i++)
			warm[i] = cycles(m->line, a);
		for (int i = 0; i < SAMPLES; i++) {
			clflush(m->line);
			flushed[i] = cycles(m->line, a);
		}
		m->warm[a] = summarize(warm);
		m->flushed[a] = summarize(flushed);
	}
}

enum speed { FAST, SLOW, UNDECIDED };

/* Fast is like a warm access to ordinary memory, slow like a flushed one. */
static enum speed speed(const struct measurement *m, const struct measurement *control,
			enum access a)
{
	u32 fast = control->warm[a].min, slow = control->flushed[a].min;

	if (m->warm[a].min <= fast + (slow - fast) / 4)
		return FAST;
	if (m->warm[a].min >= fast + (slow - fast) / 2)
		return SLOW;
	return UNDECIDED;
}

static bool shows_cache(const struct measurement *control, enum access a)
{
	return control->flushed[a].min > 2 * control->warm[a].min;
}

static void note_latencies(const char *what, const struct measurement *m)
{
	note("%s: load %u cycles, flushed %u (medians %u, %u)", what,
	     m->warm[LOAD].min, m->flushed[LOAD].min,
	     m->warm[LOAD].median, m->flushed[LOAD].median);
	note("%s: store %u cycles, flushed %u (medians %u, %u)", what,
	     m->warm[STORE].min, m->flushed[STORE].min,
	     m->warm[STORE].median, m->flushed[STORE].median);
}

static u32 ordinary_memory[32] __attribute__((aligned(64)));

/*
 * Return the latencies of ordinary memory to compare with: @control, which was measured now, if
 * it shows a cache.  If instead ordinary memory is now as slow as it was after a flush when it
 * last showed a cache, return the latencies of that time: the type under test then applies to all
 * memory, as the MTRRs' default type does.  Return NULL if neither holds.
 */
static const struct measurement *reference(const struct measurement *control)
{
	static struct measurement cached;

	if (shows_cache(control, LOAD) && shows_cache(control, STORE))
		cached = *control;
	else if (!cached.line || speed(control, &cached, LOAD) != SLOW ||
		 speed(control, &cached, STORE) != SLOW)
		return NULL;
	return &cached;
}

const char *memory_type(volatile void *page)
{
	static const char *const types[2][2] = {
		[FAST] = { [FAST] = "wb", [SLOW] = "wt" },
		[SLOW] = { [FAST] = UNSEEN_NOISE "slow loads with fast stores", [SLOW] = "uc" },
	};
	struct measurement m = { .line = page }, control = { .line = ordinary_memory };
	const struct measurement *usual = NULL;
	u64 cr0 = read_cr0();

	if (mailbox.emulated)
		return UNSEEN_ENVIRONMENT "an emulated CPU has no caches";
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		enum speed load, store;

		user_call(measure, &m);
		write_cr0(cr0 & ~(X86_CR0_CD | X86_CR0_NW));
		user_call(measure, &control);
		write_cr0(cr0);
		usual = reference(&control);
		if (!usual)
			continue;
		load = speed(&m, usual, LOAD);
		store = speed(&m, usual, STORE);
		if (load == UNDECIDED || store == UNDECIDED)
			continue;
		note_latencies("page under test", &m);
		note_latencies("ordinary memory", usual);
		return types[load][store];
	}
	note_latencies("page under test", &m);
	note_latencies("ordinary memory", &control);
	if (!usual && !shows_cache(&control, LOAD))
		return UNSEEN_HOST "this CPU shows no cache: a flushed load is as fast as a warm one";
	return UNSEEN_NOISE "latencies are too noisy to tell";
}

u64 *page_directory_entry(volatile void *page)
{
	extern u64 page_directory[];

	return &page_directory[(u64)page >> 21];
}

volatile u8 *fresh_page(void)
{
	static u32 used;

	return page_under_test + 4096 * ++used;
}

void map_page_under_test(u64 bits)
{
	u64 *pde = page_directory_entry(page_under_test);

	*pde = (*pde & ~(PTE_PWT | PTE_PCD)) | bits;
	write_cr3(read_cr3());
	for (u32 line = 0; line < 4096; line += 64)
		clflush(page_under_test + line);
}
