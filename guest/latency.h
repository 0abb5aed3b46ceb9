/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the latencies of loads and stores say about a memory type.
 */
#ifndef GUEST_LATENCY_H
#define GUEST_LATENCY_H

#include "x86.h"

enum access {
	LOAD,
	STORE,			/* and MFENCE */
	NON_TEMPORAL_STORE,	/* MOVNTI and MFENCE: never cached, as a store to WC memory */
	NR_ACCESSES
};

/* Cycles of the TSC: of an access that follows another one, and of one that follows CLFLUSH. */
struct latency {
	struct {
		u32 min, median;
	} warm, flushed;
};

struct measurement {
	volatile u32 *line;
	struct latency of[NR_ACCESSES];
};

enum caching { CACHED, UNCACHED, UNDECIDED };

/*
 * latency_caching() - decide whether an access with latency @l is cached.
 * @usual: the latency of a load or store that is cached
 */
enum caching latency_caching(const struct latency *l, const struct latency *usual);

/*
 * latency_shows_cache() - tell whether @m, of ordinary memory, can be compared with: its loads
 * and stores are cached, and its non-temporal stores are not taken for cached ones.
 */
bool latency_shows_cache(const struct measurement *m);

/*
 * latency_type() - return the memory type of a page with latencies @m, as memory_type() does,
 * or NULL if they are undecided.
 * @usual: latencies of ordinary memory, which show a cache
 */
const char *latency_type(const struct measurement *m, const struct measurement *usual);

#endif
