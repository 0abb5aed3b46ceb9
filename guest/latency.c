// SPDX-License-Identifier: GPL-2.0-only
#include "latency.h"

/*
 * Two things are true of a cached access: CLFLUSH makes it at least twice as slow, and without
 * CLFLUSH it is about as fast as one to ordinary memory.  Neither is true of an uncached access.
 * If only one is true, the latencies do not tell.
 *
 * The speed alone is not enough.  A load waits for memory, but a store only until the memory
 * controller has accepted it.  That takes less time than a flushed store to ordinary memory,
 * which first loads the line, perhaps from another node; how much less depends on the CPU.
 * CLFLUSH alone is not enough either: it keeps memory busy, so that what follows may be slower.
 */
enum caching latency_caching(const struct latency *l, const struct latency *usual)
{
	bool flush_matters = l->flushed.min > 2 * l->warm.min;
	bool fast = l->warm.min <=
		    usual->warm.min + (usual->flushed.min - usual->warm.min) / 4;

	if (flush_matters != fast)
		return UNDECIDED;
	return fast ? CACHED : UNCACHED;
}

bool latency_shows_cache(const struct measurement *m)
{
	const struct latency *load = &m->of[LOAD], *store = &m->of[STORE];

	return latency_caching(load, load) == CACHED && latency_caching(store, store) == CACHED &&
	       latency_caching(&m->of[NON_TEMPORAL_STORE], store) != CACHED;
}

const char *latency_type(const struct measurement *m, const struct measurement *usual)
{
	/* No type has uncached loads and cached stores. */
	static const char *const types[2][2] = {
		[CACHED] = { [CACHED] = "wb", [UNCACHED] = "wt" },
		[UNCACHED] = { [UNCACHED] = "uc" },
	};
	enum caching load = latency_caching(&m->of[LOAD], &usual->of[LOAD]);
	enum caching store = latency_caching(&m->of[STORE], &usual->of[STORE]);

	if (load == UNDECIDED || store == UNDECIDED)
		return NULL;
	return types[load][store];
}
