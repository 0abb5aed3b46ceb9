// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest/latency.c with latencies of memory that is cached, and of memory that is not.
 *
 * The cycles were measured at CPL3 on an EPYC of family 0x1a (Zen 5).  Uncached stores are MOVNTI,
 * which writes around the cache as a store to WC memory does (SDM 1, "Caching of Temporal vs.
 * Non-Temporal Data"); uncached loads have CLFLUSH before each of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "latency.h"

#define LATENCY(w, f)	{ .warm.min = w, .flushed.min = f }

static const struct latency cached_load = LATENCY(26, 338), uncached_load = LATENCY(364, 364);
static const struct latency cached_store = LATENCY(78, 364), uncached_store = LATENCY(338, 338);

static struct measurement measurement(struct latency load, struct latency store)
{
	return (struct measurement) {
		.of = { [LOAD] = load, [STORE] = store, [NON_TEMPORAL_STORE] = uncached_store }
	};
}

static const char *type(struct latency load, struct latency store)
{
	const struct measurement page = measurement(load, store);
	const struct measurement ordinary = measurement(cached_load, cached_store);

	return latency_type(&page, &ordinary);
}

static void types_follow_from_loads_and_stores(void **state)
{
	(void)state;
	assert_string_equal(type(cached_load, cached_store), "wb");
	assert_string_equal(type(cached_load, uncached_store), "wt");
	assert_string_equal(type(uncached_load, uncached_store), "uc");
	assert_null(type(uncached_load, cached_store));
}

/* Of 1,586 measurements of each access, those with the smallest and largest differences. */
static void extremes_are_decided(void **state)
{
	(void)state;
	assert_string_equal(type((struct latency)LATENCY(52, 312), (struct latency)LATENCY(78, 312)), "wb");
	assert_string_equal(type(cached_load, (struct latency)LATENCY(338, 312)), "wt");
	assert_string_equal(type(cached_load, (struct latency)LATENCY(312, 338)), "wt");
}

/* Without the wait after CLFLUSH, it makes some uncached stores more than twice as slow, too. */
static void busy_memory_is_no_cache(void **state)
{
	(void)state;
	assert_null(type(cached_load, (struct latency)LATENCY(338, 910)));
	assert_null(type(cached_load, (struct latency)LATENCY(312, 962)));
}

/* Imagined: memory accepts a store about as soon as a cache does. */
static void early_acknowledgement_is_no_cache(void **state)
{
	(void)state;
	assert_null(type(cached_load, (struct latency)LATENCY(130, 130)));
}

static void ordinary_memory_shows_a_cache(void **state)
{
	struct measurement m = measurement(cached_load, cached_store);

	(void)state;
	assert_true(latency_shows_cache(&m));
	m.of[NON_TEMPORAL_STORE] = cached_store;
	assert_false(latency_shows_cache(&m));
	m = measurement(cached_load, uncached_store);
	assert_false(latency_shows_cache(&m));
	m = measurement(uncached_load, cached_store);
	assert_false(latency_shows_cache(&m));
	m = measurement((struct latency)LATENCY(26, 0), cached_store);
	assert_false(latency_shows_cache(&m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_follow_from_loads_and_stores),
		cmocka_unit_test(extremes_are_decided),
		cmocka_unit_test(busy_memory_is_no_cache),
		cmocka_unit_test(early_acknowledgement_is_no_cache),
		cmocka_unit_test(ordinary_memory_shows_a_cache),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
