/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as the command line asks for it: the cases, the host, the record.
 */
#ifndef HARNESS_OBSERVE_H
#define HARNESS_OBSERVE_H

#include "record/record.h"
#include "run/suite.h"

/* What a judge has to say of the cases that run. */
struct observe_hooks {
	/* match the cases, again when one has been added; NULL, or an error to be freed */
	char *(*match)(struct suite *s);
	/* select what @id, a check, names; false if it names none */
	bool (*select)(struct suite *s, const char *id);
	/* say what is near to @id, which names nothing; NULL if there is no such case */
	char *(*unknown)(struct suite *s, const char *id);
};

/*
 * observe_read() - read the payloads.
 * observe_select() - and select those that the command line names, or all.
 * @hooks: NULL where nobody judges
 *
 * Return NULL, or an error that the caller frees.
 */
char *observe_read(struct suite *s, const struct observe_hooks *hooks);
char *observe_select(struct suite *s, const struct observe_hooks *hooks);

/*
 * observe() - run what is selected, for @judge if there is one, and keep the record, which
 * goes to standard output where nobody judges and no file is named.
 * Returns NULL, or an error that the caller frees.
 */
char *observe(const struct observe_hooks *hooks, const struct listener *judge);

#endif
