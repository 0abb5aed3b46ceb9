/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of where a run took place: "vendor=amd", "kernel=6.12.107",
 * "npt=1".
 */
#ifndef RECORD_FACTS_H
#define RECORD_FACTS_H

#include <stdbool.h>
#include <stddef.h>

struct fact {
	char *key, *value;
};

struct facts {
	struct fact *list;
	size_t nr;
};

/* facts_set() - state a fact, in place of what was known; its text is made printable. */
void facts_set(struct facts *facts, const char *key, const char *value);

/* facts_get() - the value of @key, or NULL where it is no fact here. */
const char *facts_get(const struct facts *facts, const char *key);
bool facts_is(const struct facts *facts, const char *key, const char *value);
void facts_free(struct facts *facts);

/* fact_is_known() - whether @key can be a fact of any platform. */
bool fact_is_known(const char *key);

/*
 * fact_validate() - NULL if @key, which is known, can have @value; else the error,
 * which the caller frees.
 */
char *fact_validate(const char *key, const char *value);

#endif
