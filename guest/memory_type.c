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
 *
 * A non-temporal store goes to memory although the page is write-back.  It
 * shows on each CPU how long a store takes that is not cached.
 */
#include "memory_type.h"

#include "case.h"
#include "latency.h"

#define SAMPLES		64
#define ATTEMPTS	8
#define SETTLE_CYCLES	1000

/*
 * Wait until memory is idle.  MFENCE waits for earlier stores and CLFLUSH, but memory is busy with
 * CLFLUSH a little longer: a non-temporal store then took 900 cycles instead of 340 (Zen 5).
 */
static inline void settle(void)
{
	u64 start;

	asm volatile("mfence" ::: "memory");
	start = rdtsc();
	while (rdtsc() - start < SETTLE_CYCLES)
		;
}

static inline u32 cycles(volatile u32 *line, enum access access)
{
	u64 start;

	settle();
	start = rdtsc();
	if (access == LOAD)
		asm volatile("mov (%0), %%ecx" :: "r"(line) : "ecx", "memory");
	else if (access == STORE)
		asm volatile("movl $1, (%0); mfence" :: "r"(line) : "memory");
	else
		asm volatile("movnti %1, (%0); mfence" :: "r"(line), "r"(1) : "memory");
	return rdtsc() - start;
}

static void sort(u32 samples[SAMPLES])
{
	for (int i = 1; i < SAMPLES; i++) {
		u32 s = samples[i];
		int j;

		for (j = i; j > 0 && samples[j - 1] > s; j--)
			samples[j] = samples[j - 1];
		samples[j] = s;
	}
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
		sort(warm);
		sort(flushed);
		m->of[a] = (struct latency) {
			.warm = { warm[0], warm[SAMPLES / 2] },
			.flushed = { flushed[0], flushed[SAMPLES / 2] },
		};
	}
}

static void note_latencies(const char *what, const struct measurement *m)
{
	static const char *const names[] = {
		[LOAD] = "load", [STORE] = "store", [NON_TEMPORAL_STORE] = "non-temporal store",
	};

	for (enum access a = LOAD; a < NR_ACCESSES; a++) {
		const struct latency *l = &m->of[a];

		note("%s: %s %u cycles, flushed %u (medians %u, %u)", what, names[a],
		     l->warm.min, l->flushed.min, l->warm.median, l->flushed.median);
	}
}

static u32 ordinary_memory[32] __attribute__((aligned(64)));

/*
 * Return the latencies of ordinary memory to compare with: @control, which was measured now, if
 * it shows a cache.  If instead ordinary memory is now uncached, compared with when it last
 * showed a cache, return the latencies of that time: the type under test then applies to all
 * memory, as the MTRRs' default type does.  Return NULL if neither holds.
 */
static const struct measurement *reference(const struct measurement *control)
{
	static struct measurement cached;

	if (latency_shows_cache(control))
		cached = *control;
	else if (!cached.line ||
		 latency_caching(&control->of[LOAD], &cached.of[LOAD]) != UNCACHED ||
		 latency_caching(&control->of[STORE], &cached.of[STORE]) != UNCACHED)
		return NULL;
	return &cached;
}

const char *memory_type(volatile void *page)
{
	struct measurement m = { .line = page }, control = { .line = ordinary_memory };
	const struct measurement *usual = NULL;
	u64 cr0 = read_cr0();

	if (mailbox.emulated)
		return UNSEEN_ENVIRONMENT "an emulated CPU has no caches";
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		const char *type;

		user_call(measure, &m);
		write_cr0(cr0 & ~(X86_CR0_CD | X86_CR0_NW));
		user_call(measure, &control);
		write_cr0(cr0);
		usual = reference(&control);
		type = usual ? latency_type(&m, usual) : NULL;
		if (!type)
			continue;
		note_latencies("page under test", &m);
		note_latencies("ordinary memory", usual);
		return type;
	}
	note_latencies("page under test", &m);
	note_latencies("ordinary memory", &control);
	if (!usual && latency_caching(&control.of[LOAD], &control.of[LOAD]) != CACHED)
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
